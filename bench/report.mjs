// What a bench prints, and keeps as JSON.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "./programs.mjs";

/** Divides a figure of one case by that of another; NaN where one was left out. */
export const ratioOf = (results) => (one, other, unit) =>
    (results[one]?.[unit] ?? NaN) / (results[other]?.[unit] ?? NaN);

const pad = (text, width) => String(text).padEnd(width);

/** Prints the cases and the ratios `[what, value, wanted]`, and writes both to bench/results/NAME.json. */
export function print(name, rounds, results, ratios) {
    console.log(`\n${pad("case", 20)}${"seconds".padStart(10)}${"MiB".padStart(8)}   (median of ${rounds} runs)`);
    for (const [each, { seconds, mebibytes }] of Object.entries(results))
        console.log(`${pad(each, 20)}${seconds.toFixed(2).padStart(10)}${mebibytes.toFixed(0).padStart(8)}`);
    console.log(`\n${pad("ratio", 48)}${"value".padStart(8)}   wanted`);
    for (const [what, value, wanted] of ratios.filter(([, one]) => !Number.isNaN(one)))
        console.log(`${pad(what, 48)}${value.toFixed(2).padStart(8)}   ${wanted}`);

    mkdirSync(join(root, "bench/results"), { recursive: true });
    const file = join(root, `bench/results/${name}.json`);
    const machine = { node: process.version, cpus: cpus().length };
    writeFileSync(file, `${JSON.stringify({ rounds, machine, results, ratios }, null, 2)}\n`);
    console.log(`\nwritten to ${file}`);
}
