import { once } from "node:events";
import { connect, type Socket } from "node:net";
import * as protobuf from "protobufjs";

/**
 * AESM's messages as a client knows them (https://github.com/intel/confidential-computing.sgx, tag sgx_2.29,
 * psw/ae/aesm_service/source/core/ipc/messages.proto).
 */
const definitions = `
syntax = "proto2";
package aesm.message;

message Request {
  message InitQuoteEx { optional bytes att_key_id = 1; required bool b_pub_key_id = 3; optional uint64 buf_size = 4; optional uint32 timeout = 9; }
  message GetQuoteSizeEx { optional bytes att_key_id = 1; optional uint32 timeout = 9; }
  message GetQuoteEx { required bytes report = 1; optional bytes att_key_id = 2; optional bytes qe_report_info = 3; required uint32 buf_size = 4; optional uint32 timeout = 9; }
  message GetSupportedAttKeyIDNum { optional uint32 timeout = 9; }
  message GetSupportedAttKeyIDs { required uint32 buf_size = 1; optional uint32 timeout = 9; }
  optional InitQuoteEx initQuoteEx = 15;
  optional GetQuoteSizeEx getQuoteSizeEx = 16;
  optional GetQuoteEx getQuoteEx = 17;
  optional GetSupportedAttKeyIDNum getSupportedAttKeyIDNum = 21;
  optional GetSupportedAttKeyIDs getSupportedAttKeyIDs = 22;
}

message Response {
  message InitQuoteEx { required uint32 errorCode = 1; optional bytes target_info = 2; optional uint64 pub_key_id_size = 3; optional bytes pub_key_id = 4; }
  message GetQuoteSizeEx { required uint32 errorCode = 1; optional uint32 quote_size = 2; }
  message GetQuoteEx { required uint32 errorCode = 1; optional bytes quote = 2; optional bytes qe_report_info = 3; }
  message GetSupportedAttKeyIDNum { required uint32 errorCode = 1; optional uint32 att_key_id_num = 2; }
  message GetSupportedAttKeyIDs { required uint32 errorCode = 1; optional bytes att_key_ids = 2; }
  optional InitQuoteEx initQuoteEx = 15;
  optional GetQuoteSizeEx getQuoteSizeEx = 16;
  optional GetQuoteEx getQuoteEx = 17;
  optional GetSupportedAttKeyIDNum getSupportedAttKeyIDNum = 21;
  optional GetSupportedAttKeyIDs getSupportedAttKeyIDs = 22;
}
`;

const root = protobuf.parse(definitions, { keepCase: true }).root;
const requestType = root.lookupType("aesm.message.Request");
const responseType = root.lookupType("aesm.message.Response");

/** A message on the wire: 32-bit little-endian length, then protobuf. */
export function frame(body: Uint8Array): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([length, body]);
}

/** A request of one kind on the wire. */
export function request(kind: string, fields: Record<string, unknown>): Buffer {
    return frame(requestType.encode(requestType.create({ [kind]: fields })).finish());
}

/** A client of AESM, which does what Intel's does, in the same order. */
export class Client {
    constructor(private readonly socketPath: string) {}

    /** Asks for a quote with a report of zeros, and gives back what was answered on the way. */
    async quote(): Promise<{ keyIds: Buffer; targetInfo: Buffer; publicKeyId: Buffer; quote: Buffer }> {
        const { att_key_id_num } = await this.ask("getSupportedAttKeyIDNum", { timeout: 15_000 });
        const { att_key_ids } = await this.ask("getSupportedAttKeyIDs", { buf_size: 256 * Number(att_key_id_num) });
        const att_key_id = (att_key_ids as Buffer).subarray(0, 256);
        const { pub_key_id_size } = await this.ask("initQuoteEx", { att_key_id, b_pub_key_id: false });
        const size = { buf_size: Number(pub_key_id_size) };
        const { target_info, pub_key_id } = await this.ask("initQuoteEx", { att_key_id, b_pub_key_id: true, ...size });
        const { quote_size } = await this.ask("getQuoteSizeEx", { att_key_id });
        const { quote } = await this.ask("getQuoteEx", {
            report: Buffer.alloc(432),
            att_key_id,
            buf_size: quote_size,
        });
        return {
            keyIds: att_key_ids as Buffer,
            targetInfo: target_info as Buffer,
            publicKeyId: pub_key_id as Buffer,
            quote: quote as Buffer,
        };
    }

    private async ask(kind: string, fields: Record<string, unknown>): Promise<Record<string, unknown>> {
        const answer = await ask(this.socketPath, request(kind, fields));
        const response = responseType.toObject(responseType.decode(answer.subarray(4)))[kind] as Record<
            string,
            unknown
        >;
        if (response["errorCode"] !== 0)
            throw new Error(`${kind}: AESM answered error ${String(response["errorCode"])}`);
        return response;
    }
}

/** Connects, and waits where the queue is full, as Intel's client does, whose connect blocks. */
export async function connected(socketPath: string): Promise<Socket> {
    for (;;) {
        const socket = connect({ path: socketPath, allowHalfOpen: true });
        try {
            await once(socket, "connect");
            return socket;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
            await new Promise((next) => setTimeout(next, 5));
        }
    }
}

/** Sends bytes at once; gives back what was answered until the other side hung up. */
export async function ask(socketPath: string, bytes: Uint8Array): Promise<Buffer> {
    const socket = await connected(socketPath);
    return new Promise((done, failed) => {
        const received: Buffer[] = [];
        socket.on("data", (chunk) => received.push(chunk));
        socket.on("error", failed);
        socket.once("end", () => {
            socket.destroy();
            done(Buffer.concat(received));
        });
        socket.write(bytes);
    });
}
