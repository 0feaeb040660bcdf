import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** The way to an API server on loopback, which can be cut: to a client, the cluster is gone. */
export class Link {
    port = 0;
    /** How many connections were made. */
    connections = 0;
    private server: Server | undefined;
    private readonly sockets = new Set<Socket>();

    private constructor(private readonly target: number) {}

    static async to(target: number): Promise<Link> {
        const link = new Link(target);
        await link.restore();
        return link;
    }

    /** Ends all connections and takes no more: "connection refused". */
    async cut(): Promise<void> {
        const closed = new Promise<void>((done) => {
            if (this.server === undefined) done();
            else
                this.server.close(() => {
                    done();
                });
        });
        this.server = undefined;
        for (const socket of this.sockets) socket.destroy();
        await closed;
    }

    /** Serves (again) at the same port. */
    async restore(): Promise<void> {
        const server = createServer((client) => {
            this.connections++;
            const onward = connect(this.target, "127.0.0.1");
            for (const [socket, other] of [
                [client, onward],
                [onward, client],
            ] as const) {
                this.sockets.add(socket);
                socket.on("error", () => other.destroy());
                socket.on("close", () => {
                    this.sockets.delete(socket);
                    other.destroy();
                });
                socket.pipe(other);
            }
        });
        await new Promise<void>((done, failed) => {
            server.once("error", failed).listen(this.port, "127.0.0.1", done);
        });
        this.port = (server.address() as AddressInfo).port;
        this.server = server;
    }
}
