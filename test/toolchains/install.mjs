/*
 * `npm run toolchains`: installs what `npm run test:toolchains` runs with, exactly as package-lock.json in this folder
 * says: the versions that were tested. Then it names the newer ones that the registry has, if it answers; to test with
 * them, write them into package.json and run `npm install` here.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const done = join(folder, "node_modules/.installed");

function npm(args, timeout) {
    return execFileSync("npm", args, { cwd: folder, encoding: "utf8", timeout, stdio: ["ignore", "pipe", "pipe"] });
}

function install() {
    const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
    if (existsSync(done) && readFileSync(done, "utf8") === lock) return;
    npm(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], 600_000);
    writeFileSync(done, lock);
}

/** The newest version of the major release that is pinned; undefined without a registry. */
function newest(name, version) {
    try {
        const found = JSON.parse(npm(["view", `${name}@${version.split(".")[0]}`, "version", "--json"], 20_000));
        return [found]
            .flat()
            .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
            .at(-1);
    } catch {
        return undefined;
    }
}

if (process.platform === "linux" && process.arch === "x64") {
    install();
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const [alias, pinned] of Object.entries(dependencies)) {
        const [, name, version] = /^(?:npm:(.+)@)?([\d.]+)$/.exec(pinned);
        const found = newest(name ?? alias, version);
        if (found === undefined) {
            console.log("toolchains: the registry does not answer, so whether there are newer versions is not known");
            break;
        }
        if (found !== version) console.log(`toolchains: ${alias} was tested with ${version}; there is ${found} by now`);
    }
} else {
    console.log(
        `toolchains: skipped, there are binaries for Linux on x64 only, and this is ${process.platform} ${process.arch}`,
    );
}
