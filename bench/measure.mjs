// Runs node programs, each in a process of its own, and measures wall time and peak memory.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const peak = fileURLToPath(new URL("peak.cjs", import.meta.url));

/** One run: seconds from start to exit, and MiB at the peak, processes that it starts included. */
export function runOnce({ args, cwd, env = {} }) {
    const work = mkdtempSync(join(tmpdir(), "confidential-aks-bench-"));
    const file = join(work, "peak");
    const started = process.hrtime.bigint();
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ["--require", peak, ...args], {
            cwd,
            env: { ...process.env, ...env, BENCH_PEAK_FILE: file },
            stdio: ["ignore", "pipe", "pipe"],
            timeout: 300_000,
        });
        let output = "";
        child.stdout.on("data", (chunk) => (output += chunk));
        child.stderr.on("data", (chunk) => (output += chunk));
        child.on("error", reject);
        child.on("close", (code) => {
            const seconds = Number(process.hrtime.bigint() - started) / 1e9;
            if (code !== 0) return reject(new Error(`exit ${code}: ${args.join(" ")}\n${output}`));
            // Its own, which it writes last, and that of the largest process it started: as if both peaks came at once.
            const peaks = readFileSync(file, "utf8").trim().split("\n").map(Number);
            const mebibytes = (peaks.pop() + Math.max(0, ...peaks)) / 1024;
            rmSync(work, { recursive: true, force: true });
            resolve({ seconds, mebibytes });
        });
    });
}

export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures several cases in turn, round by round, so that whatever else the machine does hits all of them alike.
 * The first round warms caches and does not count, except for cases that are cold by definition.
 */
export async function measure(cases, rounds, progress) {
    const samples = new Map(cases.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round += 1) {
        for (const each of cases) {
            progress(`round ${round} of ${rounds}: ${each.name}`);
            const { command, after } = await each.prepare();
            try {
                const sample = await runOnce(command);
                if (round > 0) samples.get(each.name).push(sample);
            } finally {
                await after?.();
            }
        }
    }
    return Object.fromEntries(
        [...samples].map(([name, runs]) => [
            name,
            {
                seconds: median(runs.map(({ seconds }) => seconds)),
                mebibytes: median(runs.map(({ mebibytes }) => mebibytes)),
                runs,
            },
        ]),
    );
}
