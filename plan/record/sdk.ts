import { createRequire } from "node:module";
import * as path from "node:path";
import { PlanError, UsageError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import { unfitSdk } from "../program/sdk-version.js";
import type { CallbackMessage } from "./messages.js";
import type { Monitor, MonitorParts } from "./monitor.js";
import { describeError, runnerOf } from "./sdk-runner.js";
import { skipStackTraces, withoutSlowParts } from "./sdk-speed.js";
import { hideEncrypted, noteSecrets, unknownInvokes, type Getter } from "./sdk-values.js";

/*
 * What an offline plan uses of the program's @pulumi/pulumi. The monitor is built on the SDK's own (see monitor.ts),
 * and talks to the program in the engine's protocol, generated code of which is in proto/. Nothing public does the
 * rest; it is here and in the files named, nowhere else, and the tests run with the versions in sdk-version.ts:
 * - runtime/settings.js `setMockOptions`: `setMocks` takes no other monitor.
 * - log/index.js: its functions are replaced, since a mocked program has no engine to log to.
 * - the functions of `pulumi.Config`, `pulumi.secret`, and the invoke functions of runtime/index.js: see sdk-values.ts.
 * - the runner that loads TypeScript and the program, cmd/run/run.js: see sdk-runner.ts.
 * - two patches for speed: see sdk-speed.ts.
 * - runtime/debuggable.js `leakedPromises`: the promises that it lists are reported as never settled, and none without
 *   it. A promise that is a stack output is not in its list.
 */

/** Severity of a message that the program logged. */
type LogSeverity = "info" | "warning" | "error";
/** Receives what the program logs with `pulumi.log`. */
type LogListener = (severity: LogSeverity, message: string, urn: string | undefined) => void;

interface Loggable {
    urn?: { promise(): Promise<string> };
}
type LogFunction = (message: unknown, resource?: Loggable) => Promise<void>;
type Accessors = Record<string, ((...args: unknown[]) => unknown) | undefined>;
/** Gives an export of a file of the SDK, or throws. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what it expects there
type Need = <T>(file: string, name: string) => T;
interface MessageClass {
    new (): Accessors;
    deserializeBinary(bytes: Uint8Array): Accessors;
}
/** Generated client of the callback server that a program opens for its transforms. */
interface CallbacksClient {
    invoke(
        request: unknown,
        done: (error: { details: string } | null, response?: { getResponse_asU8(): Uint8Array }) => void,
    ): void;
}

/** The program's own copy of the SDK, opened for a run in this process. */
export interface Sdk {
    version: string;
    /** What a monitor is made of. */
    parts: MonitorParts;
    /** Generated class of a message of proto/resource.proto. */
    message(name: string): MessageClass;
    /** Makes the program talk to a monitor instead of an engine. */
    install(monitor: Monitor, project: string, stack: string, organization: string): void;
    /** Hands over everything the program logs. */
    captureLog(listener: LogListener): void;
    /**
     * Makes the `getSecret...` and `requireSecret...` functions return unknown secrets for encrypted keys, and hands
     * over every value the program declares a secret: one inside an unknown object never reaches the monitor.
     */
    captureSecrets(encryptedKeys: readonly string[], listener: (value: unknown) => void): void;
    /** Calls a function of the program (a transform), as the engine does. */
    callBack(callback: CallbackMessage, request: Uint8Array): Promise<Uint8Array>;
    /** What the SDK says about promises that never settled; undefined if there are none. Asking clears the list. */
    leaks(): string | undefined;
    /** Runs the program. `onError` receives what it throws, after that was logged. */
    run(entry: string, onError: (error: unknown) => void): Promise<unknown>;
}

/** Opens the SDK of a program's folder. Environment and working folder must be set by now. */
export function openSdk(cwd: string): Sdk {
    const files = sdkFiles(findSdk(cwd));
    const { requireSdk, root, version, load, need } = files;
    withoutSlowParts(requireSdk, () => load("index.js"));
    return {
        version,
        parts: {
            MockMonitor: need("runtime/mocks.js", "MockMonitor"),
            service: need("proto/resource_grpc_pb.js", "ResourceMonitorService"),
            Struct: need("google-protobuf/google/protobuf/struct_pb", "Struct"),
        },
        message: (name) => need("proto/resource_pb.js", name),
        install: (monitor, project, stack, organization) => {
            guarded(version, () => {
                const setMockOptions = need<(...args: unknown[]) => void>("runtime/settings.js", "setMockOptions");
                setMockOptions(monitor, project, stack, true, organization);
                unknownInvokes(load("runtime/index.js"), need("output.js", "unknown"));
                skipStackTraces(load);
            });
        },
        captureLog: (listener) => {
            guarded(version, () => {
                captureLog(load("log/index.js"), listener);
            });
        },
        captureSecrets: (encryptedKeys, listener) => {
            guarded(version, () => {
                const config = need<{ prototype: Record<string, Getter> }>("config.js", "Config");
                hideEncrypted(config.prototype, need("output.js", "Output"), new Set(encryptedKeys), listener);
                noteSecrets([load("output.js"), load("index.js")], listener);
            });
        },
        callBack: callBacks(need),
        leaks: () => leakedPromises(load),
        run: (entry, onError) =>
            guarded(version, () =>
                runnerOf(requireSdk, root, need, (error) => describeError(error, version))(entry, onError),
            ),
    };
}

/** Access to the files of an SDK. What one of them lacks is an error that names the SDK's version. */
interface SdkFiles {
    requireSdk: NodeJS.Require;
    /** Folder of the SDK. */
    root: string;
    version: string;
    load: (file: string) => Record<string, unknown>;
    need: Need;
}

function sdkFiles(manifest: string): SdkFiles {
    const requireSdk = createRequire(manifest);
    const root = path.dirname(manifest);
    const { version } = requireSdk(manifest) as { version: string };
    const load = (file: string): Record<string, unknown> => {
        try {
            return requireSdk(file.endsWith(".js") ? path.join(root, file) : file) as Record<string, unknown>;
        } catch (error) {
            // Without the list of files that required each other.
            throw unfitSdk(version, `${file} cannot be loaded (${messageOf(error).split("\n")[0] ?? ""})`);
        }
    };
    const need: Need = (file, name) => {
        const value = load(file)[name];
        if (value === undefined) throw unfitSdk(version, `${file} has no "${name}"`);
        return value as never;
    };
    return { requireSdk, root, version, load, need };
}

/** Runs work on the SDK's internals, whose errors name the SDK's version. */
function guarded<T>(version: string, work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw error instanceof PlanError ? error : unfitSdk(version, messageOf(error));
    }
}

/** Calls functions of the program, over one client for each of its callback servers. */
function callBacks(need: Need): Sdk["callBack"] {
    const clients = new Map<string, CallbacksClient>();
    return (callback, request) => {
        const message = new (need<MessageClass>("proto/callback_pb.js", "CallbackInvokeRequest"))();
        message["setToken"]?.(callback.getToken());
        message["setRequest"]?.(request);
        const target = callback.getTarget();
        const client = clients.get(target) ?? connect(need, target);
        clients.set(target, client);
        return new Promise((resolve, reject) => {
            client.invoke(message, (error, response) => {
                if (response === undefined) reject(new Error(error?.details ?? "a transform failed"));
                else resolve(response.getResponse_asU8());
            });
        });
    };
}

function leakedPromises(load: SdkFiles["load"]): string | undefined {
    const leaked = load("runtime/debuggable.js")["leakedPromises"];
    const [found, message] =
        typeof leaked === "function" ? (leaked as () => [Set<unknown>, string])() : [new Set(), ""];
    return found.size === 0 ? undefined : message;
}

/** The package.json of the SDK that a program in this folder gets. */
function findSdk(cwd: string): string {
    try {
        return createRequire(path.join(cwd, "package.json")).resolve("@pulumi/pulumi/package.json");
    } catch {
        throw new UsageError(
            `the program in ${cwd} has no @pulumi/pulumi: run "npm ci" (or your package manager) there first`,
        );
    }
}

/** A client of the program's callback server. It does not keep the process alive. */
function connect(need: Need, target: string): CallbacksClient {
    const credentials = need<{ createInsecure(): unknown }>("@grpc/grpc-js", "credentials");
    type Client = new (target: string, credentials: unknown, options: Record<string, number>) => CallbacksClient;
    return new (need<Client>("proto/callback_grpc_pb.js", "CallbacksClient"))(target, credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
    });
}

function captureLog(log: Record<string, unknown>, listener: LogListener): void {
    const severities = { info: "info", warn: "warning", error: "error" } as const;
    for (const [name, severity] of Object.entries(severities)) {
        if (typeof log[name] !== "function") throw new Error(`log/index.js has no function "${name}"`);
        const capture: LogFunction = async (message, resource) => {
            const text = String(message);
            // Now, not after the URN is there: a failing program must not lose its error.
            if (resource?.urn === undefined) listener(severity, text, undefined);
            else listener(severity, text, await resource.urn.promise().catch(() => undefined));
        };
        log[name] = capture;
    }
}
