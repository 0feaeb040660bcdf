import { existsSync } from "node:fs";
import { join } from "node:path";
import { builtFolder, debianCommands, findCommand, modules } from "../tools/toolchain.mjs";

/**
 * Paths of the programs that the tests run: built by `npm run e2e:tools` into a cache outside the repository, or
 * commands of Debian packages. Asking for one that is missing throws an error that says how to get it.
 */

/** Path of a program that `npm run e2e:tools` builds, such as `kube-apiserver` or `pulumi`. */
export function tool(program: string): string {
    const module = modules.find(({ programs }) => program in programs);
    if (module === undefined) throw new Error(`${program} is not in test/e2e/tools/toolchain.mjs`);
    const path = join(builtFolder(module), program);
    const command = module.onlyByName === true ? `npm run e2e:tools ${module.name}` : "npm run e2e:tools";
    if (!existsSync(path)) throw new Error(`${program} is not built: run ${command}`);
    return path;
}

/** Folder with all programs of a module, to be put on PATH. */
export function toolFolder(moduleName: string): string {
    const module = modules.find(({ name }) => name === moduleName);
    if (module === undefined) throw new Error(`there is no module ${moduleName} in test/e2e/tools`);
    return builtFolder(module);
}

/** Path of a command of the system, such as `etcd` or `runc`. */
export function systemCommand(name: string): string {
    const path = findCommand(name);
    if (path !== undefined) return path;
    const debianPackage = debianCommands[name];
    throw new Error(
        `${name} is missing${debianPackage === undefined ? "" : `: install the Debian package ${debianPackage}`}`,
    );
}
