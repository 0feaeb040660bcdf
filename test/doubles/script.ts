import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** A program that a test has started, and what it has printed so far. */
export class Script {
    /** All that it has printed, on both streams. */
    log = "";
    private readonly exited: Promise<unknown>;

    constructor(readonly process: ChildProcess) {
        this.exited = once(process, "exit");
        for (const stream of [process.stdout, process.stderr]) stream?.on("data", (text) => (this.log += String(text)));
    }

    /** Waits until something is so; throws with what it printed when it ends before. */
    async until(isSo: () => boolean): Promise<void> {
        while (!isSo()) {
            if (this.process.exitCode !== null || this.process.signalCode !== null) throw new Error(this.log);
            await new Promise((next) => setTimeout(next, 10));
        }
    }

    /** Ends it and gives back how it ended: exit code, or signal. */
    async end(signal: NodeJS.Signals = "SIGKILL"): Promise<number | NodeJS.Signals | null> {
        this.process.kill(signal);
        return this.ended();
    }

    /** Waits until it has ended by itself. */
    async ended(): Promise<number | NodeJS.Signals | null> {
        if (this.process.exitCode === null && this.process.signalCode === null) await this.exited;
        return this.process.exitCode ?? this.process.signalCode;
    }
}
