import { standIn } from "./sdk-runner.js";

/*
 * Two patches without which a plan takes more than twice the time of `require("@pulumi/pulumi")` (docs/bench.md has the
 * numbers). Nothing here changes what a program does; where the SDK has another shape, the slow way is taken.
 */

/** Part of the SDK's store in which unsettled promises are tracked. */
interface LeakStore {
    leakCandidates?: Set<unknown>;
}

type Load = (file: string) => Record<string, unknown>;

/**
 * Loads the SDK without @npmcli/arborist, a third of its time: only the serialization of functions uses it
 * (runtime/closure/codePaths.js), and gets the real one then.
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
        // From now on, a program that requires it gets the real one.
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an entry of Node's module cache
        delete require.cache[file];
    }
}

/**
 * The SDK takes a stack trace for every promise and resource, each mapped to TypeScript positions: a quarter of a run.
 * The engine would show the positions; the plan does not use them. Set PULUMI_DEBUG_PROMISE_LEAKS to keep them.
 */
export function skipStackTraces(load: Load): void {
    try {
        replaceStackTraces(load);
    } catch {
        // The SDK has these files no longer.
    }
}

function replaceStackTraces(load: Load): void {
    if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
    const resource = load("resource.js")["Resource"] as { stackTrace?: unknown } | undefined;
    if (typeof resource?.stackTrace === "function") resource.stackTrace = () => [];
    const debuggable = load("runtime/debuggable.js");
    const { getStore } = load("runtime/state.js") as { getStore?: () => LeakStore };
    const candidates = getStore?.().leakCandidates;
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
