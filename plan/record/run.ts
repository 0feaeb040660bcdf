import { PlanError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import type { Plan, PlanWarning } from "../model/format.js";
import { problemsOf, type PlanProblem } from "../model/problem.js";
import type { SecretBook } from "../model/secrets.js";
import { makeUrn } from "../model/urn.js";
import { warningLines } from "../model/warnings.js";
import { readConfig } from "../program/config.js";
import { moduleHints } from "../program/module-hints.js";
import { chooseStack, readProject, type Project } from "../program/project.js";
import { readRuntimeOptions, type RuntimeOptions } from "../program/runtime-options.js";
import { unfitSdk, untestedNote } from "../program/sdk-version.js";
import { offlineAnswers } from "./answers.js";
import { buildPlan, noteRecorded, type Recorded } from "./build.js";
import { recordingMonitor, type Monitor } from "./monitor.js";
import { Recording, type RecordingOptions } from "./recording.js";
import { openSdk, type Sdk } from "./sdk.js";
import { programTransforms } from "./transforms.js";

/** What to plan. */
export interface PlanRequest {
    /** Folder of the Pulumi project. Default: the current folder. */
    program?: string;
    /** Stack; see `chooseStack` for the default. */
    stack?: string;
    /** Configuration on top of the stack's: KEY=VALUE. */
    config?: readonly string[];
    /** Keys of `config` are paths into objects and lists. */
    configPath?: boolean;
    /** Organization that the program sees. Default: "organization", as with backends that have none. */
    organization?: string;
}

/** The runner exits with this after it said why a program's entry cannot be loaded. */
const MODULE_NOT_LOADED = 32;

/** What a run reports to its caller, and how its requests are answered. */
export interface RunOptions {
    /** Receives every secret of the program; messages of errors are masked with it. */
    book: SecretBook;
    /** Called instead of a result when the program ends the process. */
    onExit: (error: PlanError) => void;
    /** What providers know of resources. Default: nothing, as in the first preview of a stack. */
    provide?: RecordingOptions["provide"];
}

let used = false;

/**
 * Runs a Pulumi program in this process against a recording monitor, and gives its plan. Throws PlanError when the
 * configuration is wrong or the program fails.
 *
 * Once per process: the SDK's state, the working folder and the environment are the process's. The run is over when the
 * event loop is empty, as with `pulumi up`, so nothing else may keep the process alive meanwhile. What the program
 * prints goes where this process prints; `planInChild` gives each program a process of its own, and masks that.
 */
export async function planProgram(request: PlanRequest, { book, onExit, provide }: RunOptions): Promise<Plan> {
    if (used) throw new PlanError("planProgram runs one program per process; use planInChild for more");
    const project = readProject(request.program ?? ".");
    const stack = chooseStack(project, request.stack);
    const overrides = { texts: request.config ?? [], usePath: request.configPath ?? false };
    const config = readConfig(project, stack, overrides, book);
    const runtime = readRuntimeOptions(project);
    used = true;
    const organization = request.organization ?? "organization";
    setEnvironment(project, runtime, stack, organization, config);
    const recording = new Recording({ project: project.name, stack, answers: offlineAnswers, provide });
    const log: Log = { warnings: [...config.warnings], failures: [], problems: [] };
    const exited = (code: number): void => {
        noteRecorded(recording, book);
        onExit(exitError(code, log, book));
        process.exitCode = 1;
    };
    process.once("exit", exited);
    try {
        const sdk = openSdk(project.cwd);
        log.note = untestedNote(sdk.version);
        connect(sdk, recording, { project: project.name, stack, organization });
        sdk.captureSecrets(config.encryptedKeys, (value) => {
            book.addDeclared(value);
        });
        captureLog(sdk, log);
        await execute(sdk, project.entry, log);
        return finish({ project: project.name, stack, recording, warnings: log.warnings, book }, log);
    } catch (error) {
        const lines = [messageOf(error), ...(log.note === undefined ? [] : [log.note]), ...warningLines(log.warnings)];
        const exitCode = error instanceof PlanError ? error.exitCode : 1;
        throw new PlanError(book.mask(lines.join("\n")), exitCode, masked(log.problems, book));
    } finally {
        process.removeListener("exit", exited);
    }
}

/** What was noticed while the program ran. */
interface Log {
    warnings: PlanWarning[];
    failures: string[];
    /** What was wrong with arguments, of every error that had it. */
    problems: PlanProblem[];
    /** A sentence on the version of the SDK, for the end of an error. */
    note?: string;
}

function captureLog(sdk: Sdk, { warnings, failures }: Log): void {
    sdk.captureLog((severity, message, urn) => {
        if (severity === "error") failures.push(message);
        else if (severity === "warning") warnings.push(toWarning(message, urn));
        else process.stderr.write(`${message}\n`);
    });
}

/** The plan of a program that is over; an error if it failed. */
function finish(recorded: Recorded, log: Log): Plan {
    const plan = buildPlan(recorded);
    // The warnings that the plan adds may be the reason for a failure, too.
    log.warnings = plan.warnings.filter(({ code }) => code !== "invoke-unknown");
    const ofEngine = recorded.recording.errors;
    if (log.failures.length > 0 || ofEngine.length > 0) throw new PlanError(failureText(log.failures, ofEngine, plan));
    return plan;
}

/** The program ended the process: that is no plan, whatever code it gave. */
function exitError(code: number, { failures, warnings, problems }: Log, book: SecretBook): PlanError {
    const loading = code === MODULE_NOT_LOADED;
    const message = loading
        ? "the program could not be loaded"
        : `the program called process.exit(${code}) before it was finished`;
    const text = [...failures, message, ...warningLines(warnings)].join("\n");
    return new PlanError(book.mask(text), 1, masked(problems, book));
}

function masked(problems: readonly PlanProblem[], book: SecretBook): PlanProblem[] {
    return problems.map(({ kind, path, expected, remedy }) => ({
        kind,
        path: book.mask(path),
        expected: book.mask(expected),
        remedy: book.mask(remedy),
    }));
}

/** Makes the program talk to a monitor that records. */
function connect(
    sdk: Sdk,
    recording: Recording,
    { project, stack, organization }: { project: string; stack: string; organization: string },
): void {
    const transforms = programTransforms(sdk, (request) =>
        makeUrn(stack, project, request.getParent(), request.getType(), request.getName()),
    );
    let monitor: Monitor;
    try {
        monitor = recordingMonitor(sdk.parts, recording, transforms);
    } catch (error) {
        throw unfitSdk(sdk.version, messageOf(error));
    }
    sdk.install(monitor, project, stack, organization);
}

function setEnvironment(
    project: Project,
    { typescript, tsconfig }: RuntimeOptions,
    stack: string,
    organization: string,
    config: { values: Record<string, string>; secretKeys: string[] },
): void {
    Object.assign(process.env, {
        PULUMI_CONFIG: JSON.stringify(config.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
        PULUMI_NODEJS_ORGANIZATION: organization,
        PULUMI_NODEJS_PROJECT: project.name,
        PULUMI_NODEJS_STACK: stack,
        PULUMI_NODEJS_DRY_RUN: "true",
        PULUMI_NODEJS_ROOT_DIRECTORY: project.root,
        PULUMI_NODEJS_TYPESCRIPT: String(typescript),
        ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    });
    // The SDK calls transforms over a local port, and gRPC would ask a proxy for it.
    const { no_grpc_proxy: withoutProxy = process.env["no_proxy"] ?? "" } = process.env;
    process.env["no_grpc_proxy"] = withoutProxy === "" ? "127.0.0.1" : `${withoutProxy},127.0.0.1`;
    for (const key of ["PULUMI_NODEJS_MONITOR", "PULUMI_NODEJS_ENGINE", "PULUMI_NODEJS_SYNC"]) {
        // An empty value: "undefined" would be a text.
        process.env[key] = "";
    }
    process.chdir(project.cwd);
}

/** A warning of the program; a stable code stands in front in brackets. */
function toWarning(message: string, urn: string | undefined): PlanWarning {
    const match = /^\[([a-z][a-z0-9-]*)\] ([\s\S]*)$/.exec(message);
    return {
        code: match?.[1] ?? "program-warning",
        message: match?.[2] ?? message,
        ...(urn === undefined || urn === "" ? {} : { urn }),
    };
}

/** Runs the program until the event loop is empty. Errors are logged by the SDK's runner, through `captureLog`. */
async function execute(sdk: Sdk, entry: string, { failures, problems }: Log): Promise<void> {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
    const finished = emptyLoop();
    void sdk.run(entry, (error) => {
        problems.push(...(problemsOf(error) ?? []));
    });
    await finished;
    // From here on an error is ours again: the runner's handlers would take it for the program's, and hide it.
    process.removeAllListeners("uncaughtException");
    process.removeAllListeners("unhandledRejection");
    if (uncaught.length > 0 && failures.length === 0) failures.push(...uncaught.map(messageOf));
    const leaks = sdk.leaks();
    if (leaks !== undefined && failures.length === 0) failures.push(leaks);
}

/**
 * Resolves when the event loop is empty for good: handlers of `beforeExit` that the program or the SDK registered come
 * first, and may start new work (the trick is the SDK's, cmd/run/index.js).
 */
function emptyLoop(): Promise<void> {
    return new Promise((resolve) => {
        process.once("beforeExit", () => {
            process.nextTick(() => {
                process.once("beforeExit", () => {
                    resolve();
                });
                setImmediate(() => undefined);
            });
        });
    });
}

/** What went wrong, in the engine's words where it would have been the engine that stopped the program. */
function failureText(failures: readonly string[], ofEngine: readonly string[], plan: Plan): string {
    const others = failures.filter((message) => !ofEngine.some((known) => message.includes(known)));
    const unknown = plan.warnings.filter((warning) => warning.code === "invoke-unknown");
    const hint = unknown.length === 0 ? [] : [`Note: ${unknown.map((warning) => warning.message).join(" ")}`];
    const text = [...new Set([...ofEngine, ...others]), ...moduleHints(failures), ...hint].join("\n");
    // The SDK's runner colours stack traces.
    return text.replace(/\u001b\[[0-9;]*m/g, "");
}
