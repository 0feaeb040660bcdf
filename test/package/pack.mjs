/*
 * The one place that packs the package: `pack(FOLDER)` builds it and puts the archive into a folder, as `npm publish`
 * would send it.
 */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** @returns {{ archive: string, files: string[] }} The archive, and the paths in it. */
export function pack(folder) {
    const args = ["pack", "--silent", "--json", "--pack-destination", folder];
    const output = execFileSync("npm", args, { cwd: root, encoding: "utf8", timeout: 300_000 });
    // npm 12 names the packages, older ones list them; before that, the build may have printed something.
    const report = JSON.parse(output.slice(output.search(/^[[{]/m)));
    const [packed] = Object.values(report);
    return { archive: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}
