import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { Aesm } from "./aesm";
import { Peer, type Behaviour } from "./peer";

/** How a command ended. */
export interface Outcome {
    code: number | null;
    /** Standard output and error, in the order in which they came. */
    output: string;
    milliseconds: number;
}

/**
 * Runs a command in an environment as empty as that of an exec probe; what Perl would only warn of is part of the
 * output.
 */
export function run(
    [command = "", ...args]: string[],
    onOutput: (output: string, child: ChildProcess) => void = () => undefined,
): Promise<Outcome> {
    return new Promise((resolve, reject) => {
        const begin = performance.now();
        const child = spawn(command, command === "perl" ? ["-w", ...args] : args, {
            env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (chunk: Buffer) => {
                output += chunk.toString();
                onOutput(output, child);
            });
        }
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code, output, milliseconds: performance.now() - begin });
        });
    });
}

/** AESM's directory of one test, and who serves the socket in it. */
export interface Place {
    folder: string;
    socketPath: string;
    /** Starts the double of AESM. */
    aesm(): Promise<Aesm>;
    /** Starts a peer that behaves as asked. */
    peer(behaviour: Behaviour): Promise<Peer>;
}

/** A new place for each test of the file; what runs there ends with the test. */
export function place(): Place {
    const running: (Aesm | Peer)[] = [];
    const here: Place = {
        folder: "",
        socketPath: "",
        aesm: async () => {
            const aesm = await Aesm.start(here.socketPath);
            running.push(aesm);
            return aesm;
        },
        peer: async (behaviour) => {
            const peer = await Peer.start(here.socketPath, behaviour);
            running.push(peer);
            return peer;
        },
    };
    beforeEach(() => {
        here.folder = mkdtempSync(join(tmpdir(), "aesm-"));
        chmodSync(here.folder, 0o755);
        here.socketPath = join(here.folder, "aesm.socket");
    });
    afterEach(async () => {
        await Promise.all(running.splice(0).map((one) => (one instanceof Aesm ? one.end() : one.stop())));
        rmSync(here.folder, { recursive: true, force: true });
    });
    return here;
}

/**
 * Room for a busy machine, on top of a time limit of the script's own: what is checked is that it ends by itself, not
 * how fast perl starts.
 */
export const slack = 8000;
