import { linkSync, renameSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";

/** What a peer does with a connection once a whole message has come. */
export type Behaviour = (connection: Socket, message: Buffer) => void;

/** Takes the message and never answers. */
export const silent: Behaviour = () => undefined;

/** Takes the message and hangs up. */
export const hangingUp: Behaviour = (connection) => connection.end();

/** Sends these bytes, whatever was asked, and then keeps the line open. */
export function saying(bytes: Uint8Array): Behaviour {
    return (connection) => connection.write(bytes);
}

/** Sends these bytes, whatever was asked, and hangs up. */
export function sayingLast(bytes: Uint8Array): Behaviour {
    return (connection) => connection.end(bytes);
}

/** Announces the longest answer a client may take, and sends it a byte at a time, with a pause after each. */
export function trickling(pauseMilliseconds: number): Behaviour {
    return (connection) => {
        connection.write(Buffer.of(0, 16, 0, 0));
        const timer = setInterval(() => connection.write("a"), pauseMilliseconds);
        connection.on("close", () => {
            clearInterval(timer);
        });
    };
}

/** Sends bytes in pieces of a size, with a pause after each, and hangs up. */
export function inPieces(bytes: Uint8Array, size: number, pauseMilliseconds: number): Behaviour {
    return (connection) => {
        const send = (from: number): void => {
            if (connection.destroyed) return;
            if (from >= bytes.length) {
                connection.end();
                return;
            }
            connection.write(bytes.subarray(from, from + size));
            setTimeout(send, pauseMilliseconds, from + size);
        };
        send(0);
    };
}

/**
 * The other end of AESM's socket, which behaves as the test says, also as no AESM does. What AESM itself does, its
 * double does (aesm_service.pl).
 */
export class Peer {
    /** Messages so far, with their length. */
    readonly messages: Buffer[] = [];
    /** Connections so far, also those that never said anything. */
    connections = 0;
    private readonly server: Server;
    private readonly open = new Set<Socket>();

    private constructor(
        readonly socketPath: string,
        public behaviour: Behaviour,
    ) {
        this.server = createServer((connection) => {
            this.serve(connection);
        });
    }

    /** Listens; resolves when clients can connect. */
    static async start(socketPath: string, behaviour: Behaviour): Promise<Peer> {
        const peer = new Peer(socketPath, behaviour);
        rmSync(socketPath, { force: true });
        await new Promise<void>((resolve, reject) => {
            peer.server.once("error", reject);
            peer.server.listen(socketPath, resolve);
        });
        return peer;
    }

    /** Ends, and takes its socket along. */
    async stop(): Promise<void> {
        for (const connection of this.open) connection.destroy();
        await new Promise((resolve) => this.server.close(resolve));
    }

    /** Ends, and leaves its socket behind. */
    async kill(): Promise<void> {
        // Node removes the file by its name when the server closes; a second name keeps it.
        linkSync(this.socketPath, `${this.socketPath}.stale`);
        await this.stop();
        renameSync(`${this.socketPath}.stale`, this.socketPath);
    }

    private serve(connection: Socket): void {
        this.connections += 1;
        this.open.add(connection);
        let received = Buffer.alloc(0);
        connection.on("close", () => this.open.delete(connection));
        connection.on("error", () => connection.destroy());
        connection.on("data", (bytes) => {
            received = Buffer.concat([received, bytes]);
            if (received.length < 4 || received.length < 4 + received.readUInt32LE()) return;
            this.messages.push(received);
            this.behaviour(connection, received);
            received = Buffer.alloc(0);
        });
    }
}
