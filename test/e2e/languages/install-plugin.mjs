// Installs the packed package as a component plugin into a folder: `node install-plugin.mjs FOLDER`. A folder that is
// there already stays as it is.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pack, root } from "../../package/pack.mjs";
import { copyPackages, productionPackages } from "../../package/production.mjs";

const [, , folder] = process.argv;
if (!existsSync(folder)) install();

function install() {
    mkdirSync(dirname(folder), { recursive: true });
    const partial = mkdtempSync(join(dirname(folder), "partial-"));
    const { archive } = pack(partial);
    execFileSync("tar", ["-xzf", archive, "--strip-components=1", "-C", partial]);
    rmSync(archive);
    copyPackages(join(root, "node_modules"), productionPackages(), join(partial, "node_modules"));
    hurry(join(partial, "dist/components/shared/pace.js"));
    renameSync(partial, folder);
}

/** Lets the seconds for which components wait pass in a hundredth of the time. */
function hurry(file) {
    const [from, to] = ["second: 1000", "second: 10"];
    const text = readFileSync(file, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" to change`);
    writeFileSync(file, text.replace(from, to));
}
