import * as path from "node:path";

/*
 * What makes a plan start faster than `require("@pulumi/pulumi")` alone. Nothing here changes what a program does; where the SDK has
 * another shape, the slow way is taken.
 */

/** Part of the SDK's store in which unsettled promises are tracked. */
export interface LeakStore {
    leakCandidates?: Set<unknown>;
}

type Load = (file: string) => Record<string, unknown>;

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
 * Loads the SDK without @npmcli/arborist, a third of its time: only the serialization of functions uses it (runtime/closure/codePaths.js),
 * and gets the real one then.
 */
export function withoutSlowParts(require: NodeJS.Require, load: () => void): void {
    const name = "@npmcli/arborist";
    let file: string;
    try {
        file = require.resolve(name);
    } catch {
        load();
        return;
    }
    if (require.cache[file] !== undefined) {
        load();
        return;
    }
    const lazy = {
        __esModule: true,
        get Arborist(): unknown {
            return (require(name) as Record<string, unknown>)["Arborist"];
        },
    };
    standIn(require, file, lazy);
    try {
        load();
    } finally {
        // Whoever asks from now on gets the real one.
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an entry of Node's module cache
        delete require.cache[file];
    }
}

/**
 * The SDK takes a stack trace for every promise and resource, each mapped to TypeScript positions: a quarter of a run. The engine
 * would show the positions; nobody asks for them here. Set PULUMI_DEBUG_PROMISE_LEAKS to keep them.
 */
export function skipStackTraces(load: Load, store: LeakStore): void {
    if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
    const resource = load("resource.js")["Resource"] as { stackTrace?: unknown } | undefined;
    if (typeof resource?.stackTrace === "function") resource.stackTrace = () => [];
    const debuggable = load("runtime/debuggable.js");
    const candidates = store.leakCandidates;
    if (typeof debuggable["debuggablePromise"] !== "function" || candidates === undefined) return;
    debuggable["debuggablePromise"] = async (promise: Promise<unknown>): Promise<unknown> => {
        candidates.add(promise);
        try {
            return await promise;
        } finally {
            candidates.delete(promise);
        }
    };
}
