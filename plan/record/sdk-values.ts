import { UNKNOWN } from "../model/wire.js";
import { UNKNOWN_ANSWER } from "./recording.js";

/*
 * How a program sees values that an offline plan does not have. Uses `Config.prototype` of the SDK's config.js,
 * `Output`, `unknown` and `secret` of output.js, and the `invoke...` and `call` functions of runtime/index.js. Tested
 * with the versions in sdk-version.ts.
 */

/** A getter of `pulumi.Config`. */
export type Getter = (this: { fullKey(key: string): string }, key: string, ...rest: unknown[]) => unknown;
type OutputClass = new (
    deps: unknown[],
    value: Promise<unknown>,
    known: Promise<boolean>,
    secret: Promise<boolean>,
    all: Promise<unknown[]>,
) => unknown;
type Invoke = (...args: unknown[]) => unknown;
interface AnyOutput {
    apply(func: (value: unknown) => unknown, runWithUnknowns: boolean): unknown;
    promise(withUnknowns: boolean): Promise<unknown>;
}

/**
 * Makes the secret getters of `pulumi.Config` return an unknown secret for encrypted keys, and hands over what they
 * return for others: a value that the stack has in plain text is a secret once the program asks for it as one.
 */
export function hideEncrypted(
    prototype: Record<string, Getter>,
    output: OutputClass,
    keys: ReadonlySet<string>,
    listener: (value: unknown) => void,
): void {
    for (const kind of ["", "Boolean", "Number", "Object"]) {
        for (const verb of ["get", "require"]) {
            const name = `${verb}Secret${kind}`;
            const original = prototype[name];
            // The values would be neither unknown nor masked.
            if (typeof original !== "function") throw new Error(`config.js has no function "Config.${name}"`);
            prototype[name] = function (key, ...rest) {
                if (!keys.has(this.fullKey(key))) {
                    const value = original.call(this, key, ...rest);
                    (value as AnyOutput | undefined)?.promise(true).then(listener, () => undefined);
                    return value;
                }
                const no = Promise.resolve(false);
                return new output([], Promise.resolve(undefined), no, Promise.resolve(true), Promise.resolve([]));
            };
        }
    }
}

/** An unknown that stays one whatever is read from it; the SDK sends it as unknown. */
const unknownForever: object = new Proxy(
    {},
    {
        get(_target, name): unknown {
            if (name === "__pulumiUnknown") return true;
            if (name === Symbol.toPrimitive || name === "toString" || name === "valueOf" || name === "toJSON") {
                return () => UNKNOWN;
            }
            return typeof name === "symbol" || name === "then" || name.startsWith("__") ? undefined : unknownForever;
        },
    },
);

function isUnknownAnswer(result: unknown): boolean {
    return typeof result === "object" && result !== null && (UNKNOWN_ANSWER in result || "__pulumiUnknown" in result);
}

/**
 * Makes the results of functions that the monitor cannot answer unknown as a whole, every property included. Of an
 * Output the SDK takes care then; a plain result (a promise) becomes a value that is unknown all the way down.
 */
export function unknownInvokes(runtime: Record<string, unknown>, unknown: unknown): void {
    for (const name of ["invoke", "invokeSingle"]) {
        const original = runtime[name];
        if (typeof original !== "function") continue;
        runtime[name] = async (...args: unknown[]): Promise<unknown> => {
            const result = await (original as Invoke)(...args);
            return isUnknownAnswer(result) ? unknownForever : result;
        };
    }
    for (const name of ["invokeOutput", "invokeSingleOutput", "call"]) {
        const original = runtime[name];
        if (typeof original !== "function") continue;
        runtime[name] = (...args: unknown[]): unknown => {
            const output = (original as Invoke)(...args) as AnyOutput;
            return output.apply((result) => (isUnknownAnswer(result) ? unknown : result), true);
        };
    }
}

/** What of a value is there already: texts, numbers, and those in plain objects and lists. */
function plainParts(value: unknown, seen = new Set<object>()): unknown {
    if (typeof value !== "object" || value === null) return value;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (seen.has(value) || (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null))
        return undefined;
    seen.add(value);
    if (Array.isArray(value)) return value.map((item) => plainParts(item, seen));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainParts(item, seen)]));
}

/**
 * Listens to `pulumi.secret`: `modules` are those that export it. Throws if they do not, since secrets would not be
 * masked.
 */
export function noteSecrets(modules: readonly Record<string, unknown>[], listener: (value: unknown) => void): void {
    for (const module of modules)
        if (typeof module["secret"] !== "function")
            throw new Error('output.js and index.js export no function "secret"');
    const original = modules[0]?.["secret"];
    const secret = (value: unknown): unknown => {
        // Now: the program may end the process before the promise is settled.
        listener(plainParts(value));
        const output = (original as Invoke)(value) as AnyOutput;
        output.promise(true).then(listener, () => undefined);
        return output;
    };
    for (const module of modules) module["secret"] = secret;
}
