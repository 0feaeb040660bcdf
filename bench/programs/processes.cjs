// What Linux says of processes.
const { readdirSync, readFileSync } = require("node:fs");

function read(pid, file) {
    try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
        return "";
    }
}

/** Peak memory of a process in KiB; 0 where it is gone. */
exports.peakOf = (pid) => Number(/VmHWM:\s+(\d+)/.exec(read(pid, "status"))?.[1] ?? 0);

/** Processes that a process has started, and those that these have. */
exports.descendantsOf = (pid) => {
    const parents = readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((name) => [Number(name), Number(/\nPPid:\s+(\d+)/.exec(read(name, "status"))?.[1] ?? 0)]);
    const found = [pid];
    for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
    return found.slice(1);
};
