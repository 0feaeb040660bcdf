// Preloaded into a measured process: leaves its peak memory (KiB) behind when it ends.
const { writeFileSync } = require("node:fs");

process.on("exit", () => writeFileSync(process.env.BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS)));
