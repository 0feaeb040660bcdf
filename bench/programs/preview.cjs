// preview.cjs PULUMI: `pulumi preview` of the project in this folder; memory is that of the largest process.
const { spawn } = require("node:child_process");
const { appendFileSync } = require("node:fs");
const { descendantsOf, peakOf } = require("./processes.cjs");

const file = process.env.BENCH_PEAK_FILE;
process.env.BENCH_PEAK_FILE = "/dev/null";

const pulumi = spawn(process.argv[2], ["preview", "--stack", "bench", "--non-interactive", "--color=never"], {
    stdio: "inherit",
    env: { ...process.env, NODE_OPTIONS: "" },
});
let largest = 0;
const looking = setInterval(() => {
    for (const pid of descendantsOf(process.pid)) largest = Math.max(largest, peakOf(pid));
}, 200);
pulumi.once("exit", (code) => {
    clearInterval(looking);
    appendFileSync(file, `${largest}\n`);
    process.exit(code ?? 1);
});
