import { linkSync, chmodSync, renameSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import * as protobuf from "protobufjs";

/**
 * Message definitions of Intel's AESM, as far as this package knows them; field numbers are the same in requests and responses
 * (https://github.com/intel/confidential-computing.sgx, psw/ae/aesm_service/source/core/ipc/messages.proto). Of
 * responses only the error code and the number of keys are defined here: a real AESM answers some requests with more.
 */
const definitions = `
syntax = "proto2";
package aesm.message;

message Request {
  message InitQuoteEx { optional bytes att_key_id = 1; required bool b_pub_key_id = 3; optional uint64 buf_size = 4; optional uint32 timeout = 9; }
  message GetQuoteSizeEx { optional bytes att_key_id = 1; optional uint32 timeout = 9; }
  message GetQuoteEx { optional bytes report = 1; optional bytes att_key_id = 2; optional bytes qe_report_info = 3; optional uint32 buf_size = 4; optional uint32 timeout = 9; }
  message SelectAttKeyID { optional bytes att_key_id_list = 1; optional uint32 timeout = 2; }
  message GetSupportedAttKeyIDNum { optional uint32 timeout = 9; }
  message GetSupportedAttKeyIDs { optional uint32 buf_size = 1; optional uint32 timeout = 9; }
  optional InitQuoteEx initQuoteEx = 15;
  optional GetQuoteSizeEx getQuoteSizeEx = 16;
  optional GetQuoteEx getQuoteEx = 17;
  optional SelectAttKeyID selectAttKeyID = 19;
  optional GetSupportedAttKeyIDNum getSupportedAttKeyIDNum = 21;
  optional GetSupportedAttKeyIDs getSupportedAttKeyIDs = 22;
}

message Response {
  message Plain { optional uint32 errorCode = 1; }
  message Number { optional uint32 errorCode = 1; optional uint32 att_key_id_num = 2; }
  optional Plain initQuoteEx = 15;
  optional Plain getQuoteSizeEx = 16;
  optional Plain getQuoteEx = 17;
  optional Plain selectAttKeyID = 19;
  optional Number getSupportedAttKeyIDNum = 21;
  optional Plain getSupportedAttKeyIDs = 22;
}
`;

const root = protobuf.parse(definitions, { keepCase: true }).root;
const requestType = root.lookupType("aesm.message.Request");
const responseType = root.lookupType("aesm.message.Response");

/** A request or response by its name, such as `getSupportedAttKeyIDNum`. */
export type Message = Record<string, Record<string, unknown>>;

/** A message on the wire: 32-bit little-endian length, then protobuf. */
export function frame(body: Uint8Array): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([length, body]);
}

export function encodeRequest(message: Message): Buffer {
    return frame(requestType.encode(requestType.fromObject(message)).finish());
}

export function encodeResponse(message: Message): Buffer {
    return frame(responseType.encode(responseType.fromObject(message)).finish());
}

export function decodeRequest(framed: Uint8Array): Message {
    return requestType.toObject(requestType.decode(framed.slice(4)));
}

export function decodeResponse(framed: Uint8Array): Message {
    return responseType.toObject(responseType.decode(framed.slice(4)));
}

/** What the double does with a request; the connection is its own to use. */
export type Behaviour = (connection: Socket, request: Message) => void;

/** The answer of an AESM that can quote, to any request it knows; one attestation key (ECDSA). */
export function healthyAnswer(request: Message): Buffer {
    return answer(request, 0);
}

function answer(request: Message, errorCode: number): Buffer {
    const [kind] = Object.keys(request);
    if (kind === undefined) throw new Error("a request without a kind");
    const number = kind === "getSupportedAttKeyIDNum" && errorCode === 0 ? { att_key_id_num: 1 } : {};
    return encodeResponse({ [kind]: { errorCode, ...number } });
}

/** Answers as an AESM whose quoting enclaves are loaded. */
export const healthy: Behaviour = (connection, request) => {
    connection.end(healthyAnswer(request));
};

/** Answers every request with an error number; 30 is AESM without its ECDSA enclaves. */
export function failing(errorCode: number): Behaviour {
    return (connection, request) => connection.end(answer(request, errorCode));
}

/** Takes the request and never answers. */
export const silent: Behaviour = () => undefined;

/** Takes the request and hangs up. */
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

/** The healthy answer in pieces of so many bytes, with a pause after each. */
export function inPieces(size: number, pauseMilliseconds: number): Behaviour {
    return (connection, request) => {
        const bytes = healthyAnswer(request);
        connection.setNoDelay(true);
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
 * A double of Intel's AESM: its protocol on a Unix socket, and no enclave behind it. What it answers is made up; it shows how a
 * client behaves, not how AESM does. Like AESM it removes a socket that is in its way and opens its own to everybody.
 */
export class AesmDouble {
    /** Requests so far, decoded. */
    readonly requests: Message[] = [];
    /** Connections so far, also those that never asked anything. */
    connections = 0;
    private readonly server: Server;
    private readonly open = new Set<Socket>();

    private constructor(
        readonly socketPath: string,
        public behaviour: Behaviour,
    ) {
        this.server = createServer({ allowHalfOpen: false }, (connection) => {
            this.serve(connection);
        });
    }

    /** Listens; resolves when clients can connect. */
    static async start(socketPath: string, behaviour: Behaviour = healthy): Promise<AesmDouble> {
        const double = new AesmDouble(socketPath, behaviour);
        rmSync(socketPath, { force: true });
        await new Promise<void>((resolve, reject) => {
            double.server.once("error", reject);
            double.server.listen(socketPath, resolve);
        });
        chmodSync(socketPath, 0o777);
        return double;
    }

    /** Ends as after SIGTERM: the socket is removed. */
    async stop(): Promise<void> {
        for (const connection of this.open) connection.destroy();
        await new Promise((resolve) => this.server.close(resolve));
    }

    /** Ends as after SIGKILL: the socket file stays, and refuses connections. */
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
            while (received.length >= 4 && received.length >= 4 + received.readUInt32LE()) {
                const end = 4 + received.readUInt32LE();
                const framed = received.subarray(0, end);
                received = received.subarray(end);
                this.handle(connection, framed);
            }
        });
    }

    private handle(connection: Socket, framed: Buffer): void {
        try {
            const request = decodeRequest(framed);
            if (Object.keys(request).length === 0) throw new Error("no request that this double knows");
            this.requests.push(request);
            this.behaviour(connection, request);
        } catch {
            connection.destroy();
        }
    }
}
