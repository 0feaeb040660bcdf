import { createRequire } from "node:module";
import * as path from "node:path";
import { inspect } from "node:util";
import { PlanError, UsageError, messageOf } from "./errors.js";
import type { Protos } from "./messages.js";
import type { RecordingMonitor } from "./monitor.js";
import { skipStackTraces, standIn, withoutSlowParts, type LeakStore } from "./sdk-speed.js";
import { hideEncrypted, noteSecrets, unknownInvokes, type Getter } from "./sdk-values.js";

/*
 * Internals of @pulumi/pulumi are touched here, in sdk-values.ts and in sdk-speed.ts, nowhere else. Checked against 3.248.0 (Node 20)
 * by the tests of this package. What is used:
 * - cmd/run/run.js `run(argv, programStarted, reportLoggedError, isErrorReported)`: loads ts-node, runs the program in a stack.
 *   It requires cmd/run/index.js, which is the entry of a process and would start (and end) one: a stand-in is put in
 *   the module cache. So is one for cmd/run/tracing.js, which loads OpenTelemetry and is off without PULUMI_EXPERIMENTAL.
 * - runtime/settings.js `setMockOptions(monitor, project, stack, dryRun, organization)`.
 * - runtime/state.js `getStore().callbacks`, and `CallbackServer.prototype.invoke` of runtime/callbacks.js (transforms).
 * - log/index.js: its exported functions are replaced, since a mocked program has no engine to log to.
 * - runtime/index.js, config.js, output.js: see sdk-values.ts.
 * - speed only, and harmless where the shape differs: see sdk-speed.ts.
 */
const CHECKED_VERSIONS = "3.248";

/** Severity of a message that the program logged. */
export type LogSeverity = "info" | "warning" | "error";
/** Receives what the program logs with `pulumi.log`. */
export type LogListener = (severity: LogSeverity, message: string, urn: string | undefined) => void;

interface Loggable {
    urn?: { promise(): Promise<string> };
}
type LogFunction = (message: unknown, resource?: Loggable) => Promise<void>;
type Runner = (
    argv: { _: string[] },
    programStarted: () => void,
    reportLoggedError: (error: unknown) => void,
    isErrorReported: (error: unknown) => boolean,
) => Promise<unknown>;
type InvokeCallback = (
    call: { request: unknown },
    done: (error: unknown, response?: { getResponse_asU8(): Uint8Array }) => void,
) => unknown;
interface CallbackServer {
    invoke: InvokeCallback;
}
interface Store extends LeakStore {
    callbacks: unknown;
}

/** The program's own copy of the SDK, opened for a run in this process. */
export interface Sdk {
    version: string;
    protos: Protos;
    /** Generated class of a message that a transform callback reads or writes. */
    message(
        name: "TransformRequest" | "TransformResponse" | "TransformResourceOptions",
    ): new () => Record<string, (...args: unknown[]) => unknown>;
    /** Makes the program talk to a monitor instead of an engine. */
    install(monitor: RecordingMonitor, project: string, stack: string, organization: string): void;
    /** Hands over everything the program logs. */
    captureLog(listener: LogListener): void;
    /**
     * Makes the `getSecret...` and `requireSecret...` functions return unknown secrets for encrypted keys, and hands over every value the
     * program declares a secret: one inside an unknown object never reaches the monitor.
     */
    captureSecrets(encryptedKeys: readonly string[], listener: (value: unknown) => void): void;
    /** Calls a callback that the program registered (a transform). */
    callback(token: string, request: Uint8Array): Promise<Uint8Array>;
    /** What the SDK says about promises that never settled; undefined if there are none. Asking clears the list. */
    leaks(): string | undefined;
    /** Runs the program. The promise is rejected by what the program throws. */
    run(entry: string): Promise<unknown>;
}

/** Opens the SDK of a program's folder. Environment and working folder must be set by now. */
export function openSdk(cwd: string): Sdk {
    const fromProgram = createRequire(path.join(cwd, "package.json"));
    let manifest: string;
    try {
        manifest = fromProgram.resolve("@pulumi/pulumi/package.json");
    } catch {
        throw new UsageError(
            `the program in ${cwd} has no @pulumi/pulumi: run "npm ci" (or your package manager) there first`,
        );
    }
    const { version } = fromProgram(manifest) as { version: string };
    const root = path.dirname(manifest);
    const requireSdk = createRequire(manifest);
    const load = (file: string): Record<string, unknown> =>
        requireSdk(path.join(root, file)) as Record<string, unknown>;
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what it expects there
    const need = <T>(holder: unknown, name: string, file: string): T => {
        const value = (holder as Record<string, unknown> | undefined)?.[name];
        if (value === undefined) {
            throw new PlanError(
                `@pulumi/pulumi ${version} is not what this offline plan knows: ${file} has no "${name}" (checked with ${CHECKED_VERSIONS})`,
            );
        }
        return value as T;
    };
    try {
        withoutSlowParts(requireSdk, () => load("index.js"));
        const protobuf = (name: string): unknown => requireSdk(`google-protobuf/google/protobuf/${name}`);
        const resource = load("proto/resource_pb.js");
        const protos = {
            resource,
            provider: load("proto/provider_pb.js"),
            struct: protobuf("struct_pb.js"),
            empty: protobuf("empty_pb.js"),
        };
        return {
            version,
            protos: protos as unknown as Protos,
            message: (name) => need(resource, name, "proto/resource_pb.js"),
            install: (monitor, project, stack, organization) => {
                const settings = load("runtime/settings.js");
                need<(...args: unknown[]) => void>(settings, "setMockOptions", "runtime/settings.js")(
                    monitor,
                    project,
                    stack,
                    true,
                    organization,
                );
                const store = need<() => Store>(load("runtime/state.js"), "getStore", "runtime/state.js")();
                store.callbacks = inProcessCallbacks(
                    need(load("runtime/callbacks.js"), "CallbackServer", "runtime/callbacks.js"),
                    monitor,
                );
                unknownInvokes(load("runtime/index.js"), need(load("output.js"), "unknown", "output.js"));
                skipStackTraces(load, store);
            },
            captureLog: (listener) => {
                captureLog(load("log/index.js"), listener);
            },
            captureSecrets: (encryptedKeys, listener) => {
                const config = need<{ prototype: Record<string, Getter> }>(load("config.js"), "Config", "config.js");
                const output = load("output.js");
                hideEncrypted(config.prototype, need(output, "Output", "output.js"), new Set(encryptedKeys), listener);
                noteSecrets([output, load("index.js")], listener);
            },
            callback: (token, request) => callBack(load, token, request, need),
            leaks: () => {
                const leaked = load("runtime/debuggable.js")["leakedPromises"];
                const [found, message] =
                    typeof leaked === "function" ? (leaked as () => [Set<unknown>, string])() : [new Set(), ""];
                return found.size === 0 ? undefined : message;
            },
            run: (entry) => {
                for (const [file, exports] of Object.entries(standIns()))
                    standIn(requireSdk, path.join(root, file), exports);
                const run = need<Runner>(load("cmd/run/run.js"), "run", "cmd/run/run.js");
                const reported = new Set<unknown>();
                return run(
                    { _: [entry] },
                    () => undefined,
                    (error) => reported.add(error),
                    (error) => reported.has(error),
                );
            },
        };
    } catch (error) {
        if (error instanceof PlanError) throw error;
        throw new PlanError(
            `cannot load @pulumi/pulumi ${version} from ${root}: ${messageOf(error)} (checked with ${CHECKED_VERSIONS})`,
        );
    }
}

/** Modules of the runner that would start a process or load tracing. */
function standIns(): Record<string, object> {
    const nothing = (): void => undefined;
    const span = { end: nothing, setAttribute: nothing, addEvent: nothing };
    return {
        // 32: "the error was shown already", as the language host understands it.
        "cmd/run/index.js": { nodeJSProcessExitedAfterLoggingUserActionableMessage: 32 },
        // The SDK's own asks for colours, on which Node 20.20 and others hang for a minute: util.inspect loops on a frame such as
        // "/node_modules/@pulumi/output.ts:516:31" (a scope without a package), which is what source maps make of the SDK's frames.
        "cmd/run/error.js": { defaultErrorMessage: (error: unknown) => inspect(error) },
        "cmd/run/tracing.js": { start: nothing, stop: nothing, newSpan: () => span },
    };
}

/** A callback server without a server: transforms are called in this process. */
function inProcessCallbacks(type: { prototype: object }, monitor: RecordingMonitor): object {
    const server: object = Object.create(type.prototype) as object;
    return Object.assign(server, {
        _callbacks: new Map(),
        _pendingRegistrations: 0,
        _awaitQueue: [],
        _monitor: monitor,
        _target: Promise.resolve("in-process"),
        _server: { forceShutdown: () => undefined },
    });
}

function callBack(
    load: (file: string) => Record<string, unknown>,
    token: string,
    request: Uint8Array,
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
    need: <T>(holder: unknown, name: string, file: string) => T,
): Promise<Uint8Array> {
    const store = need<() => Store>(load("runtime/state.js"), "getStore", "runtime/state.js")();
    const server = store.callbacks as CallbackServer;
    const type = need<new () => Record<string, (value: unknown) => void>>(
        load("proto/callback_pb.js"),
        "CallbackInvokeRequest",
        "proto/callback_pb.js",
    );
    const message = new type();
    message["setToken"]?.(token);
    message["setRequest"]?.(request);
    return new Promise((resolve, reject) => {
        void server.invoke({ request: message }, (error, response) => {
            if (response === undefined)
                reject(new Error((error as { details?: string } | null)?.details ?? "a transform failed"));
            else resolve(response.getResponse_asU8());
        });
    });
}

function captureLog(log: Record<string, unknown>, listener: LogListener): void {
    const severities = { info: "info", warn: "warning", error: "error" } as const;
    for (const [name, severity] of Object.entries(severities)) {
        const capture: LogFunction = async (message, resource) => {
            const text = String(message);
            // Now, not after the URN is there: a failing program must not lose its error.
            if (resource?.urn === undefined) listener(severity, text, undefined);
            else listener(severity, text, await resource.urn.promise().catch(() => undefined));
        };
        log[name] = capture;
    }
}
