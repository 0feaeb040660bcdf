// What the package's users get beside it: the packages of the lockfile that are no development dependencies.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./pack.mjs";

/**
 * The packages of this repository's lockfile that its users get, by their place.
 * @returns {[place: string, package_: { resolved?: string, integrity?: string }][]}
 */
export function lockedPackages() {
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
    return Object.entries(lock.packages).filter(
        ([place, { dev, devOptional }]) => place !== "" && !dev && !devOptional,
    );
}

/** Names of those that are at the top of node_modules; TypeScript is none that a user has to have. */
export function productionPackages() {
    return lockedPackages()
        .map(([place]) => /^node_modules\/((@[^/]+\/)?[^/]+)$/.exec(place)?.[1])
        .filter((name) => name !== undefined && name !== "typescript");
}

/** Copies packages, as hard links where the file system has them. */
export function copyPackages(from, names, to) {
    for (const scope of new Set(names.map((name) => dirname(name)))) {
        const target = join(to, scope);
        mkdirSync(target, { recursive: true });
        const sources = names.filter((name) => dirname(name) === scope).map((name) => join(from, name));
        try {
            execFileSync("cp", ["-al", ...sources, target], { stdio: "ignore" });
        } catch {
            execFileSync("cp", ["-a", ...sources, target]);
        }
    }
}
