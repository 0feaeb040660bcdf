import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemCommand } from "./tools";

/** Where a daemon runs and how it is started. */
export interface DaemonOptions {
    /** Folder of its log, NAME.log. */
    folder: string;
    environment?: Record<string, string>;
    /** Command and arguments put in front, such as nsenter into a node's namespaces. */
    enter?: readonly string[];
    /** Whether that command stays as the program's parent, so that a signal has to go to its child. */
    forks?: boolean;
}

/**
 * A program that runs beside the tests. It never outlives them: the kernel kills it when the process that started it
 * dies, whatever of (setpriv --pdeathsig).
 */
export class Daemon {
    private ended = false;

    private constructor(
        readonly name: string,
        readonly logFile: string,
        private readonly child: ChildProcess,
        private readonly forks: boolean,
    ) {
        child.once("exit", () => (this.ended = true));
        child.once("error", () => (this.ended = true));
    }

    static start(name: string, command: string, args: readonly string[], options: DaemonOptions): Daemon {
        const logFile = join(options.folder, `${name}.log`);
        const log = openSync(logFile, "a");
        const argv = ["--pdeathsig", "KILL", "--", ...(options.enter ?? []), command, ...args];
        // Most are in Go, and take a seventh less processor time when they collect garbage less often.
        const env = { GOGC: "400", ...process.env, ...options.environment };
        const child = spawn(systemCommand("setpriv"), argv, { stdio: ["ignore", log, log], env });
        closeSync(log);
        return new Daemon(name, logFile, child, options.forks === true);
    }

    /** Process id of the program, or of the nsenter in front of it. */
    get pid(): number {
        if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
        return this.child.pid;
    }

    get running(): boolean {
        return !this.ended;
    }

    /** The end of its log, and how it ended if it did. */
    describe(lines = 30): string {
        const { exitCode, signalCode } = this.child;
        const state = this.running ? "running" : `ended with ${String(signalCode ?? exitCode)}`;
        return `--- ${this.name} (${state}), end of its log:\n${tail(this.logFile, lines)}`;
    }

    /** SIGTERM, after `seconds` SIGKILL; resolves when it has ended. */
    async stop(seconds = 8): Promise<void> {
        this.signal("SIGTERM");
        const deadline = Date.now() + seconds * 1000;
        while (this.running && Date.now() < deadline) await sleep(20);
        this.signal("SIGKILL");
        while (this.running) await sleep(20);
    }

    /** Stops it as it is, until `resume`. */
    pause(): void {
        this.signal("SIGSTOP");
    }

    /** An nsenter in front of it has stopped with it, and goes on for itself. */
    resume(): void {
        this.signal("SIGCONT");
        if (this.forks && this.running) process.kill(this.pid, "SIGCONT");
    }

    private signal(signal: NodeJS.Signals): void {
        if (!this.running) return;
        const target = this.forks ? onlyChild(this.pid) : this.pid;
        try {
            // Never 0, which would be the group that the tests are in.
            if (target > 0) process.kill(target, signal);
        } catch {
            // Gone between the look and the kill.
        }
    }
}

/** Process id of the one child of a process. */
export function onlyChild(pid: number): number {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}

/** The last lines of a file; of a missing one, nothing. */
export function tail(path: string, lines: number): string {
    try {
        return readFileSync(path, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
    } catch {
        return "";
    }
}

/**
 * Runs shell commands once this process is gone, whatever way it went, or when the function given back is called. The
 * shell waits on a pipe that ends with this process, in a session of its own, so that Ctrl-C does not reach it.
 */
export function atEnd(commands: string): () => Promise<void> {
    const script = `cat > /dev/null; ${commands}`;
    const shell = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    const ended = new Promise<void>((resolve) =>
        shell.once("exit", () => {
            resolve();
        }),
    );
    shell.unref();
    endWithParent();
    return async () => {
        shell.ref();
        shell.stdin.end();
        await ended;
    };
}

/** Vitest's workers go on when Vitest itself is killed: this one then ends, and what it started with it. */
function endWithParent(): void {
    if (process.listeners("disconnect").includes(end)) return;
    process.once("disconnect", end);
}

function end(): void {
    process.exit(1);
}
