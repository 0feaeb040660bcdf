import { existsSync } from "node:fs";

const LOADERS =
    'ts-node ("npm install --save-dev ts-node@10 typescript@6"; Pulumi uses it by itself), or tsx ("npm install --save-dev tsx", ' +
    'and in Pulumi.yaml runtime: { name: nodejs, options: { typescript: false, nodeargs: "--import tsx" } })';

/**
 * Sentences on how to mend a program whose modules cannot be loaded, for failures of which Node's own message does not
 * say it.
 */
export function moduleHints(failures: readonly string[]): string[] {
    const hints = failures.flatMap((failure) => [missingLoader(failure), folderImport(failure)]);
    return [...new Set(hints.filter((hint) => hint !== undefined))];
}

/** An ES module in TypeScript, and nothing that compiles it; or Node itself, which only removes types. */
function missingLoader(failure: string): string | undefined {
    if (/Unknown file extension "\.[mc]?tsx?"/.test(failure))
        return `Note: the program is an ES module in TypeScript ("type": "module"), which Node ${process.versions.node} cannot load by itself: install ${LOADERS}.`;
    const missing = /Cannot find module '(.+)\.([mc]?)js' imported from .+\.[mc]?ts\b/.exec(failure);
    const compiled = missing !== null && existsSync(`${missing[1] ?? ""}.${missing[2] ?? ""}ts`);
    if (compiled || failure.includes("is not supported in strip-only mode"))
        return `Note: Node ${process.versions.node} removes the types of an ES module, and does not compile it: install ${LOADERS}.`;
    return undefined;
}

/** ES modules name files: a folder of a package without an `exports` map, such as a service of a provider, is none. */
function folderImport(failure: string): string | undefined {
    const folder = /(?:Directory import '|ERR_UNSUPPORTED_DIR_IMPORT )([^'\n]+?)(?:'| \S+$)/m.exec(failure)?.[1];
    if (folder === undefined) return undefined;
    const [, ...inPackages] = folder.replace(/\\/g, "/").split("/node_modules/");
    const file = `${inPackages.at(-1) ?? folder}/index.js`;
    return `Note: an ES module imports files, not folders: write "${file}", which works in CommonJS as well.`;
}
