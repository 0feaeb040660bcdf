import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { preload } from "../../support/code-cache.mjs";

/** The program of a project: its files, and what its language host needs. */
export interface Program {
    /** Puts the files into the project's folder. */
    write(folder: string, stack: string): void;
    /** The file with the stack's configuration under `config`, in that folder. */
    configFile(stack: string): string;
    /** Called when that file has changed. */
    configured?(folder: string): void;
    env: NodeJS.ProcessEnv;
    /** Folders with plugins, for PATH. */
    path: readonly string[];
    /** What runs in a process that has loaded the packages (warm-host.ts). */
    warm: Warm;
}

/**
 * `all`: every preview and update. `successful`: those that have to succeed; the SDK's own runner does those that may
 * fail. `repeated`: of these not the first preview and the first update of a project, which the SDK's own runner does.
 * `none`: it does all.
 */
export type Warm = "all" | "successful" | "repeated" | "none";

/** What the repository's program consists of. */
const files = [
    "Pulumi.yaml",
    "package.json",
    "provider/schema.json",
    "tsconfig.json",
    "index.ts",
    "stacks",
    "config",
    "components",
    "dashboards",
    "images",
];

/** The repository's program, file by file. */
export function typescriptProgram({ warm = "successful" }: { warm?: Warm } = {}): Program {
    return {
        write: (folder) => {
            for (const file of files) cpSync(resolve(file), join(folder, file), { recursive: true });
            hurry(join(folder, "components/shared/pace.ts"));
            symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
        },
        configFile: (stack) => `stacks/Pulumi.${stack}.yaml`,
        env: {
            CODE_CACHE: process.env.CODE_CACHE,
            NODE_OPTIONS: preload.join(" "),
        },
        path: [],
        warm,
    };
}

/** Lets the seconds for which components wait pass in a hundredth of the time. */
function hurry(file: string): void {
    const [from, to] = ["second: 1000", "second: 10"];
    const text = readFileSync(file, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" to change`);
    writeFileSync(file, text.replace(from, to));
}
