import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Script } from "./script";

/** The socket proxy of the quote helper as its pod runs it, in front of a socket in a folder of the test. */
export class Proxy extends Script {
    private constructor(
        readonly publicSocket: string,
        readonly aesmSocket: string,
        readonly heartbeat: string,
        readonly answered: string,
        readonly quotes: string,
        process: ChildProcess,
    ) {
        super(process);
    }

    /** Starts it in a folder, with AESM's socket and its own in two folders below. */
    static launch(folder: string): Proxy {
        for (const name of ["aesm", "aesmd"]) mkdirSync(join(folder, name), { recursive: true });
        const [publicSocket, aesmSocket] = [join(folder, "aesmd/aesm.socket"), join(folder, "aesm/aesm.socket")];
        const [heartbeat, answered, quotes] = ["heartbeat", "answered", "quotes.prom"].map((name) =>
            join(folder, name),
        ) as [string, string, string];
        const script = resolve("images/quote-helper/aesm-proxy.pl");
        const child = spawn("perl", ["-w", script, publicSocket, aesmSocket, heartbeat, answered, quotes], { env: {} });
        return new Proxy(publicSocket, aesmSocket, heartbeat, answered, quotes, child);
    }

    /** Waits until clients can connect, or no longer. */
    serving(wanted = true): Promise<void> {
        return this.until(() => existsSync(this.publicSocket) === wanted);
    }

    /** How many descriptors it has open: its clients, its questions to AESM, and a few of its own. */
    descriptors(): number {
        return readdirSync(`/proc/${String(this.process.pid)}/fd`).length;
    }

    /** The same once it is at rest: on a busy machine it may still be starting, or be writing its heartbeat. */
    async descriptorsAtRest(): Promise<number> {
        for (let [seen, times] = [-1, 0]; ;) {
            const now = this.descriptors();
            times = now === seen ? times + 1 : 0;
            seen = now;
            if (times === 4) return now;
            await new Promise((next) => setTimeout(next, 50));
        }
    }

    /** Seconds of a processor that it has used so far. */
    cpuSeconds(): number {
        const stat = readFileSync(`/proc/${String(this.process.pid)}/stat`, "utf8");
        const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
        return (user + system) / 100;
    }

    /** The most memory that it has had so far, in MiB. */
    peakMiB(): number {
        const status = readFileSync(`/proc/${String(this.process.pid)}/status`, "utf8");
        return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    }
}
