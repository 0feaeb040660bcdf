import { execFile } from "node:child_process";
import { resolve } from "node:path";
import type { IntelPcsDouble } from "../../doubles/intel-pcs/service";
import type { Run } from "../../plan/cli";

/** Runs the compiled command of a folder against the double. */
export function runAgainst(intel: IntelPcsDouble, args: readonly string[], cwd = resolve(".")): Promise<Run> {
    const { service, rootList, azure, patienceMs, pauseMs } = intel.world;
    const root = intel.root.publicKey.export({ type: "spki", format: "pem" });
    const double = { service, rootList, azure, patienceMs, pauseMs, root, now: intel.now };
    const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "", TCB_DOUBLE: JSON.stringify(double) };
    const preload = ["--require", resolve("test/tcb/support/world.cjs"), "dist/cli/index.js"];
    return new Promise((done) => {
        execFile(process.execPath, [...preload, ...args], { env, cwd }, (error, stdout, stderr) => {
            done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
        });
    });
}
