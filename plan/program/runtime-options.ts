import * as path from "node:path";
import { PlanError } from "../model/errors.js";
import type { Project } from "./project.js";

/**
 * `runtime.options` of Pulumi.yaml, as far as they say how a program runs. `packagemanager` only says how packages are
 * installed.
 */
export interface RuntimeOptions {
    /** The SDK compiles TypeScript. Default: true. */
    typescript: boolean;
    /** File with the compiler's options; absent: tsconfig.json. */
    tsconfig?: string;
    /** Arguments of Node itself. */
    nodeArgs: string[];
}

/** Reads the options. A value of another type is an error: the engine refuses it, too, or ignores it. */
export function readRuntimeOptions(project: Project): RuntimeOptions {
    const { typescript, tsconfig, nodeargs } = project.runtimeOptions;
    const wrong = (name: string, value: unknown, expected: string): PlanError =>
        new PlanError(
            `${path.join(project.root, project.file)}: runtime.options.${name} is ${JSON.stringify(value)}: expected ${expected}`,
        );
    if (!isAbsent(typescript) && typeof typescript !== "boolean")
        throw wrong("typescript", typescript, "true or false, without quotes");
    if (!isAbsent(tsconfig) && typeof tsconfig !== "string") throw wrong("tsconfig", tsconfig, "the path of a file");
    if (!isAbsent(nodeargs) && typeof nodeargs !== "string")
        throw wrong("nodeargs", nodeargs, 'one text, such as "--import tsx"');
    const nodeArgs = shellWords(nodeargs ?? "");
    if (nodeArgs === undefined) throw wrong("nodeargs", nodeargs, "a quotation mark that ends for each that begins");
    return { typescript: typescript ?? true, ...(isAbsent(tsconfig) ? {} : { tsconfig }), nodeArgs };
}

function isAbsent(value: unknown): value is undefined | null {
    return value === undefined || value === null;
}

/**
 * Words as a shell splits them, with quotes and backslashes, but without variables. Undefined if a quote does not end.
 */
export function shellWords(text: string): string[] | undefined {
    const PART = /[^\s"'\\]+|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*'/y;
    const words: string[] = [];
    let at = 0;
    for (;;) {
        while (/\s/.test(text.charAt(at))) at++;
        if (at >= text.length) return words;
        let word = "";
        while (at < text.length && !/\s/.test(text.charAt(at))) {
            PART.lastIndex = at;
            const part = PART.exec(text)?.[0];
            if (part === undefined) return undefined;
            word += unquoted(part);
            at += part.length;
        }
        words.push(word);
    }
}

function unquoted(part: string): string {
    if (part.startsWith("'")) return part.slice(1, -1);
    const inner = part.startsWith('"') ? part.slice(1, -1) : part;
    return inner.replace(/\\([\s\S])/g, "$1");
}
