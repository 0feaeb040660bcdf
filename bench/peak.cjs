// Preloaded into a measured process, and by it into the processes that it starts: each adds its peak memory (KiB) as a
// line when it ends.
const { appendFileSync } = require("node:fs");

process.on("exit", () => appendFileSync(process.env.BENCH_PEAK_FILE, `${process.resourceUsage().maxRSS}\n`));
