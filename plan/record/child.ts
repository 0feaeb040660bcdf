import { spawn } from "node:child_process";
import * as path from "node:path";
import type { ErrorExitCode } from "../../terminal/errors.js";
import { PlanError } from "../model/errors.js";
import type { Plan } from "../model/format.js";
import type { PlanProblem } from "../model/problem.js";
import { SecretBook, type SecretBookData } from "../model/secrets.js";
import { warningLines } from "../model/warnings.js";
import { readProject, type Project } from "../program/project.js";
import { readRuntimeOptions } from "../program/runtime-options.js";
import { passSignals } from "./child-signals.js";
import type { PlanRequest } from "./run.js";
import { HeldOutput } from "./stdio.js";

/** A request for a plan in a process of its own. */
export interface ChildRequest extends PlanRequest {
    /**
     * Makes the plan hold digests of its secrets, keyed by this: two plans made with one key tell which secrets differ.
     */
    digestKey?: string;
}

/** How the process is run. */
export interface ChildOptions {
    /** Arguments of Node itself, before those that Pulumi.yaml names (`runtime.options.nodeargs`). Default: none. */
    nodeArgs?: readonly string[];
    /**
     * Receives what the program and the processes that it started printed, once the run is over: secrets masked, no
     * control characters. Default: it is dropped.
     */
    onOutput?: (text: string) => void;
}

/** What the process says when it has loaded: what was printed until then is Node's own. */
export interface Started {
    started: true;
}

/** What the process says at the end: a plan or an error, and every secret, to mask the output with. */
export interface Report {
    plan?: Plan;
    error?: { message: string; exitCode: ErrorExitCode; problems: readonly PlanProblem[] };
    book: SecretBookData;
}

/**
 * Descriptor of the process on which it reports. Standard output belongs to the program, and to the processes it
 * starts.
 */
export const REPORT_DESCRIPTOR = 3;

/** How long the process's pipes may stay open after its end: a process that the program left behind holds them, too. */
const DRAIN_MS = 500;

/**
 * Makes a plan in a process of its own: as often as needed, for other folders and revisions, also from a server or a
 * test. Nothing that the program or its processes print gets into the plan, or unmasked to anybody.
 */
export async function planInChild(request: ChildRequest = {}, options: ChildOptions = {}): Promise<Plan> {
    const project = readProject(request.program ?? ".");
    const own = readRuntimeOptions(project).nodeArgs;
    // As the engine starts it: what Node's arguments name is looked for from the program's folder.
    const cwd = own.length === 0 ? undefined : project.cwd;
    const { started, report, output, code, signal } = await run(
        { ...request, program: project.root },
        { args: [...(options.nodeArgs ?? []), ...own], cwd },
    );
    const end = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
    if (!started && own.length > 0) throw refusedArguments(project, end, output.text(new SecretBook()));
    // Without a report the secrets are not known, and what the program printed may hold them.
    if (report !== undefined || !started) {
        const text = output.text(report === undefined ? new SecretBook() : SecretBook.from(report.book));
        if (text !== "") options.onOutput?.(text);
    }
    if (report?.error !== undefined) {
        const { message, exitCode, problems } = report.error;
        throw new PlanError(message, exitCode, problems);
    }
    if (report?.plan !== undefined) {
        if (code === 0) return report.plan;
        throw new PlanError([failedAtEnd(code, end), ...warningLines(report.plan.warnings)].join("\n"));
    }
    const why = started
        ? `before there was a plan${crashReason(output)}; what it printed is not shown, since its secrets are not known`
        : "before it could load the program";
    throw new PlanError(`the process of the program ended with ${end} ${why}`);
}

/** A program whose process does not end with exit code 0 has failed, though it ran to its end. */
function failedAtEnd(code: number | null, end: string): string {
    return code === null
        ? `the process of the program ended with ${end} after the program was over. What to do: see what it printed, and what it starts or loads that could crash`
        : `the program set exit code ${code} (process.exitCode, or an error after its end), which says that it failed. What to do: see what it printed for the reason; if nothing is wrong, let the program leave process.exitCode alone`;
}

const NATIVE = "native code crashed: install the program's packages again, with the Node that runs it";

/**
 * Fixed phrases that Node and the system print about a crash, and what to do. Nothing else of the output is shown: it
 * may hold secrets.
 */
const CRASHES: readonly (readonly [phrase: string, remedy: string])[] = [
    [
        "JavaScript heap out of memory",
        'give Node more memory, in MiB, in Pulumi.yaml: runtime: { name: nodejs, options: { nodeargs: "--max-old-space-size=8192" } }',
    ],
    ["process out of memory", "run it on a machine with more free memory"],
    ["std::bad_alloc", "run it on a machine with more free memory"],
    ["symbol lookup error", NATIVE],
    ["terminate called after throwing an instance of", NATIVE],
    ["double free or corruption", NATIVE],
    ["FATAL ERROR", NATIVE],
];

function crashReason(output: HeldOutput): string {
    const text = output.text(new SecretBook());
    const found = CRASHES.find(([phrase]) => text.includes(phrase));
    return found === undefined ? "" : `: "${found[0]}" is in its output. What to do: ${found[1]}`;
}

interface Run {
    started: boolean;
    report: Report | undefined;
    output: HeldOutput;
    /** The exit code of its process; null if a signal ended it. */
    code: number | null;
    signal: NodeJS.Signals | null;
}

/** Node did not even start with what Pulumi.yaml says: its own reason, without its stack trace. */
function refusedArguments(project: Project, end: string, output: string): PlanError {
    const lines = output.split("\n").map((line) => line.trim());
    const reason = lines.find((line) => /^\w*Error\b.*:|bad option|not allowed|requires an argument/.test(line));
    const args = JSON.stringify(project.runtimeOptions["nodeargs"]);
    return new PlanError(
        `${path.join(project.root, project.file)}: Node ${process.versions.node} does not start with runtime.options.nodeargs (${args}): ${reason ?? end}`,
    );
}

function run(request: ChildRequest, node: { args: readonly string[]; cwd: string | undefined }): Promise<Run> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...node.args, path.join(__dirname, "child-main.js")], {
            cwd: node.cwd,
            stdio: ["pipe", "pipe", "pipe", "pipe"],
        });
        passSignals(child);
        const output = new HeldOutput();
        const [stdin, stdout, stderr, reports] = child.stdio;
        for (const stream of [stdout, stderr]) output.hold(stream);
        let said = "";
        (reports as typeof stdout).setEncoding("utf8").on("data", (text: string) => (said += text));
        // A process that ends before it has read the request: how it ended says more.
        stdin.on("error", () => undefined);
        stdin.end(JSON.stringify(request));
        child.on("error", (error) => {
            reject(new PlanError(`cannot start ${process.execPath}: ${error.message}`));
        });
        child.on("exit", () => {
            setTimeout(() => {
                for (const stream of [stdout, stderr, reports]) stream?.destroy();
            }, DRAIN_MS).unref();
        });
        child.on("close", (code, signal) => {
            resolve({ ...readReports(said), output, code, signal });
        });
    });
}

/** The lines on the report's descriptor. What is no report was written by the program, and says nothing. */
function readReports(text: string): Pick<Run, "started" | "report"> {
    const lines = text.split("\n").flatMap((line) => {
        try {
            const parsed = JSON.parse(line) as Partial<Started & Report> | null;
            return typeof parsed === "object" && parsed !== null ? [parsed] : [];
        } catch {
            return [];
        }
    });
    return {
        started: lines.some((line) => line.started === true),
        report: lines.find((line): line is Report => line.book !== undefined),
    };
}
