import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of this package: the nearest one above whose package.json has its name. Sources (components/) and compiled
 * files (dist/components/) lie at different depths, so it is looked for.
 */
export function packageRoot(from: string = __dirname): string {
    for (let folder = from; ; folder = dirname(folder)) {
        if (isPackageRoot(folder)) return folder;
        if (dirname(folder) === folder) {
            throw new Error(
                `confidential-aks: its own package.json is in no folder above ${from}; ` +
                    "keep the package in node_modules, a bundle does not carry its Dockerfiles",
            );
        }
    }
}

/** Folder of a Dockerfile that comes with this package: `aesm`, `attestation-sample` or `import`. */
export function ownImageContext(image: string): string {
    return join(packageRoot(), "images", image);
}

/** The text of a file that comes with this package, named from its folder. */
export function ownFile(path: string): string {
    return readFileSync(join(packageRoot(), path), "utf8");
}

function isPackageRoot(folder: string): boolean {
    const file = join(folder, "package.json");
    if (!existsSync(file)) return false;
    const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
    return (manifest as { name?: unknown } | null)?.name === "confidential-aks";
}
