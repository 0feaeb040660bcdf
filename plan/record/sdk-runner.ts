import * as path from "node:path";
import { inspect } from "node:util";
import { isUntested } from "../program/sdk-version.js";

/*
 * Runs a program with the SDK's own runner, cmd/run/run.js: `run(argv, programStarted, reportLoggedError,
 * isErrorReported)` loads ts-node, and runs the program in a stack. It requires cmd/run/index.js, which is the entry of
 * a process and would start (and end) one: a stand-in is put in the module cache.
 */

type Runner = (
    argv: { _: string[] },
    programStarted: () => void,
    reportLoggedError: (error: unknown) => void,
    isErrorReported: (error: unknown) => boolean,
) => Promise<unknown>;

/** A function that runs a program's entry, and hands over every error that ends the program. */
export function runnerOf(
    requireSdk: NodeJS.Require,
    root: string,
    need: (file: string, name: string) => Runner,
    describe: (error: unknown) => string,
): (entry: string, onError: (error: unknown) => void) => Promise<unknown> {
    const standIns = {
        // 32: "the error was shown already", as the language host understands it.
        "cmd/run/index.js": { nodeJSProcessExitedAfterLoggingUserActionableMessage: 32 },
        // The SDK's own asks for colours, on which Node 20.20 and others hang for a minute: util.inspect loops on a
        // frame such as "/node_modules/@pulumi/output.ts:516:31" (a scope without a package), which is what source maps
        // make of the SDK's frames.
        "cmd/run/error.js": { defaultErrorMessage: describe },
    };
    for (const [file, exports] of Object.entries(standIns)) standIn(requireSdk, path.join(root, file), exports);
    const run = need("cmd/run/run.js", "run");
    const reported = new Set<unknown>();
    return (entry, onError) =>
        run(
            { _: [entry] },
            () => undefined,
            (error) => {
                reported.add(error);
                onError(error);
            },
            (error) => reported.has(error),
        );
}

/** Puts a stand-in where a module would be, unless that is loaded already. */
export function standIn(require: NodeJS.Require, file: string, exports: object): void {
    const name = require.resolve(file);
    require.cache[name] ??= {
        id: name,
        filename: name,
        path: path.dirname(name),
        loaded: true,
        exports,
        children: [],
        paths: [],
        require,
        isPreloading: false,
        parent: null,
    };
}

/**
 * Text of what a program threw, with its stack trace. Where an untested SDK trips over itself, the trace says nothing
 * to the reader, and a note on the version follows.
 */
export function describeError(error: unknown, version: string): string {
    const isSlip = error instanceof TypeError || error instanceof ReferenceError;
    if (isSlip && isUntested(version) && isFromPackage(error.stack ?? "")) return `${error.name}: ${error.message}`;
    return inspect(error);
}

/** True if the code that threw is in a package, and not the program's own. */
function isFromPackage(stack: string): boolean {
    const frame = stack.split("\n").find((line) => /^\s+at /.test(line) && !line.includes("node:"));
    return frame?.includes("node_modules") ?? false;
}
