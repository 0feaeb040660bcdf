import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { AesmDouble, type Behaviour } from "./aesm";

/** How a command ended. */
export interface Outcome {
    code: number | null;
    /** Standard output and error, in the order in which they came. */
    output: string;
    milliseconds: number;
}

/** Runs a command in an environment as empty as that of an exec probe; what Perl would only warn of is part of the output. */
export function run(
    [command = "", ...args]: string[],
    onOutput: (output: string) => void = () => undefined,
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
                onOutput(output);
            });
        }
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code, output, milliseconds: performance.now() - begin });
        });
    });
}

/** AESM's directory of one test, and the doubles that serve it. */
export interface Place {
    folder: string;
    socketPath: string;
    /** The double that serves the socket now. */
    double: AesmDouble;
    start(behaviour?: Behaviour): Promise<void>;
    /** Ends the double as SIGKILL would: its socket stays. */
    kill(): Promise<void>;
}

/** A new place for each test of the file; what runs there ends with the test. */
export function place(): Place {
    let running: AesmDouble | undefined;
    const here = {
        folder: "",
        socketPath: "",
        get double(): AesmDouble {
            if (running === undefined) throw new Error("no double is running");
            return running;
        },
        start: async (behaviour?: Behaviour): Promise<void> => {
            running = await AesmDouble.start(here.socketPath, behaviour);
        },
        kill: async (): Promise<void> => {
            await running?.kill();
            running = undefined;
        },
    };
    beforeEach(() => {
        here.folder = mkdtempSync(join(tmpdir(), "aesm-"));
        chmodSync(here.folder, 0o755);
        here.socketPath = join(here.folder, "aesm.socket");
    });
    afterEach(async () => {
        await running?.stop();
        running = undefined;
        rmSync(here.folder, { recursive: true, force: true });
    });
    return here;
}

/** Room for a busy machine, on top of a time limit of the script's own: what is checked is that it ends by itself, not how fast perl starts. */
export const slack = 8000;
