import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { debianCommands, findCommand } from "../tools/toolchain.mjs";

/**
 * Runs before all tests: builds missing tools, and fails with everything that is missing where these tests cannot run.
 */
export default function setup(): void {
    const missing: string[] = [];
    if (process.platform !== "linux") missing.push(`Linux (this is ${process.platform})`);
    else if (process.getuid?.() !== 0) missing.push("root, for namespaces, mounts and cgroups");
    for (const [command, debianPackage] of Object.entries(debianCommands)) {
        if (findCommand(command) === undefined) missing.push(`${command}, of the Debian package ${debianPackage}`);
    }
    if (missing.length > 0) {
        throw new Error(
            `the end-to-end tests cannot run here, missing:\n${missing.map((item) => `  ${item}\n`).join("")}`,
        );
    }
    const { status } = spawnSync(process.execPath, [resolve("test/e2e/tools/build.mjs")], { stdio: "inherit" });
    if (status !== 0) throw new Error("the end-to-end tests cannot run here: their tools could not be built");
}
