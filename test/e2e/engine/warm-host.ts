import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

/**
 * A process that runs programs for the engine (`--client`), with the packages loaded once (warm-host.cjs). A run of the
 * program then takes a fifth of the time. Only for updates that succeed or are killed: a program in there does not end
 * when one of its resources fails, and the engine waits for it. All else starts the SDK's own runner, as `pulumi up`
 * does.
 */
export class WarmHost {
    private constructor(
        private readonly process: ChildProcess,
        readonly port: number,
    ) {}

    static async start(env: NodeJS.ProcessEnv): Promise<WarmHost> {
        const script = resolve("test/e2e/engine/warm-host.cjs");
        const child = spawn(process.execPath, [script], { env, stdio: ["pipe", "pipe", "inherit"] });
        for await (const line of createInterface(child.stdout)) {
            // What programs print is not read.
            child.stdout.resume();
            return new WarmHost(child, Number(line));
        }
        throw new Error("the host of programs ended before it had a port");
    }

    stop(): void {
        this.process.kill("SIGKILL");
    }
}
