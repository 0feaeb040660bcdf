import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** What was sent to Intel's AESM, and what it answered: test/fixtures/aesm-real, whose README says what was real. */
export interface Recording {
    case: string;
    /** Hex of the bytes sent at once; absent where the case says how they were sent. */
    request?: string;
    /** Hex of all that came back. */
    answer: string;
    /** How the connection ended: `eof`, or `err:` and the reason. */
    end: string;
}

/** The states of the recorded AESM. */
export type State = "healthy" | "no-enclave";

/** The recordings of one state, in their order. */
export function recordings(state: State): Recording[] {
    return JSON.parse(readFileSync(resolve(`test/fixtures/aesm-real/frames-${state}.json`), "utf8")) as Recording[];
}

/** The bytes of one recorded request or answer. */
export function recorded(state: State, name: string, what: "request" | "answer" = "answer"): Buffer {
    const found = recordings(state).find((one) => one.case === name);
    if (found === undefined) throw new Error(`no recording "${name}"`);
    return Buffer.from(found[what] ?? "", "hex");
}

/** What came back, and how the connection ended. */
export type Reply = Pick<Recording, "answer" | "end">;

/** Sends what was recorded, as it was sent, to what serves the socket. */
export async function replay(socketPath: string, { case: name, request }: Recording): Promise<Reply> {
    const steps = request === undefined ? ways[name] : whole(request);
    if (steps === undefined) throw new Error(`no way of sending the recording "${name}" is known`);
    return talk(socketPath, steps);
}

/** Connects, does these steps of replay.pl, and waits until the other side hangs up. */
function talk(socketPath: string, steps: readonly string[]): Promise<Reply> {
    return new Promise((done, failed) => {
        const child = execFile("perl", [resolve("test/doubles/replay.pl"), socketPath], (error, stdout) => {
            const [, answer = "", end = ""] = /^([0-9a-f]*) (.*)\n$/.exec(stdout) ?? [];
            if (error === null) done({ answer, end });
            else failed(new Error(error.message));
        });
        child.stdin?.end(steps.join("\n"));
    });
}

/** A long request is recorded as its beginning and its length: `0500...00... 1048585 bytes, the rest zero`. */
function whole(request: string): string[] {
    const [, begin = request, length] = /^([0-9a-f]+)\.\.\. (\d+) bytes, the rest zero$/.exec(request) ?? [];
    return [`send ${begin}`, ...(length === undefined ? [] : [`zeros ${Number(length) - begin.length / 2}`])];
}

const probe = recorded("healthy", "probe", "request").toString("hex");

/** The ways of sending the request "probe", by the names of their recordings. */
const ways: Record<string, string[]> = {
    "split 3+7, 0.2s": inPieces(0.2, 3),
    "split 4+6, 0.2s": inPieces(0.2, 4),
    "byte by byte 0.05s": inPieces(0.05, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    "half close after request": [`send ${probe}`, "shut"],
    "half close after 2 bytes": [`send ${probe.slice(0, 4)}`, "shut"],
    "half close after 6 bytes": [`send ${probe.slice(0, 12)}`, "shut"],
    "connect, close at once": ["shut"],
};

/** Sends the probe's request cut after so many bytes, with a pause of so many seconds after each piece. */
function inPieces(seconds: number, ...cuts: number[]): string[] {
    return [0, ...cuts].flatMap((from, index) => {
        const to = cuts[index];
        return [`send ${probe.slice(2 * from, to === undefined ? undefined : 2 * to)}`, `pause ${seconds}`];
    });
}
