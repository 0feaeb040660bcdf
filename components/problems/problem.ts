import { inspect } from "node:util";
import { joinPaths } from "./path";
import { isLate } from "./wire-values";

/** What is wrong with an argument. The names are stable: programs that read the JSON of a plan may depend on them. */
export const ProblemKind = {
    /** It has to be there and is not. */
    required: "required",
    /** It may be right elsewhere, and something else forbids it here. */
    notAllowed: "notAllowed",
    /** It has to be unique, and something else has it already. */
    duplicate: "duplicate",
    /** It is none of the members of a closed set. */
    unsupported: "unsupported",
    /** Its type, form or range is wrong. */
    invalid: "invalid",
} as const;
export type ProblemKind = (typeof ProblemKind)[keyof typeof ProblemKind];

/** One thing that is wrong with an argument, and what to do about it. */
export interface Problem {
    /** What is wrong with it. */
    kind: ProblemKind;
    /** Where it is, such as `enclavePools[0].vmSize`. */
    path: string;
    /** What was given. Shown as JSON, cut when long; outputs and promises are named, never printed. */
    value: unknown;
    /** What is accepted there; with `notAllowed` what forbids it, with `duplicate` what has it already. */
    expected: string;
    /** What to do about it. */
    remedy: string;
    /** Prints `[hidden]` in place of the value, for what may be a secret. Default false. */
    hideValue?: boolean;
}

/** Something that works and that its reader should know of. */
export interface Warning {
    /** Stable name of the kind of warning, such as `retired-size`. */
    code: string;
    /** One sentence, without a full stop. */
    message: string;
    /** The argument it is about. */
    path?: string;
}

/**
 * All problems of one subject. Its message is the whole report; Pulumi prints it without a stack trace, because of the
 * brand that its own `RunError` carries (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/errors.ts).
 */
export class ValidationError extends Error {
    /** What the arguments are of, such as `cluster "sgx"`. */
    public readonly subject: string;
    /** The problems, in the order in which they were found. */
    public readonly problems: readonly Problem[];
    /** Pulumi's brand of an error that explains itself. */
    public readonly __pulumiRunError = true;

    /** `consequence` says what the problems stop; by default nothing has been created yet. */
    constructor(subject: string, problems: readonly Problem[], consequence = "nothing was created") {
        const text = report(subject, problems, consequence);
        super(text);
        // The SDK writes the properties that it was about to send in front of a message: the report names its own.
        Object.defineProperty(this, "message", { get: () => text, set: () => undefined });
        this.name = "ValidationError";
        this.subject = subject;
        this.problems = problems;
    }

    /**
     * The report alone. The SDK has every error formatted, also one of which it shows the message only, and Node 20.20
     * takes half a minute and 4 GB for a stack through the SDK, whose frames end in `node_modules/@pulumi/resource.ts`.
     */
    [inspect.custom](): string {
        return `${this.name}: ${this.message}`;
    }
}

/** Throws one `ValidationError` with all the problems, or does nothing when there are none. */
export function throwIfAny(subject: string, problems: readonly Problem[], consequence?: string): void {
    if (problems.length > 0) throw new ValidationError(subject, problems, consequence);
}

/** The same problems below `path`: "a" and "b" give "a.b", "a" and "[0].b" give "a[0].b". */
export function prefixed(path: string, problems: readonly Problem[]): Problem[] {
    return problems.map((problem) => ({ ...problem, path: joinPaths(path, problem.path) }));
}

/** The first word of the line that says what is accepted, or why the value is not. */
const labels: Readonly<Record<ProblemKind, string>> = {
    required: "required",
    notAllowed: "not allowed",
    duplicate: "already taken",
    unsupported: "one of",
    invalid: "expected",
};

function report(subject: string, problems: readonly Problem[], consequence: string): string {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const blocks = problems.map(
        ({ kind, path, value, expected, remedy, hideValue }) =>
            `\n  ${path} = ${hideValue === true ? "[hidden]" : shown(value)}` +
            `\n    ${labels[kind]}: ${expected}` +
            `\n    fix: ${remedy}`,
    );
    return `confidential-aks: ${count} in ${subject}; ${consequence}.${blocks.join("")}`;
}

/** A problem as a part of a sentence: where it is, what was given, and what is accepted there. */
export function problemText({ kind, path, value, expected, hideValue }: Problem): string {
    return `${path} = ${hideValue === true ? "[hidden]" : shown(value)}; ${labels[kind]}: ${expected}`;
}

const longestShown = 120;

function shown(value: unknown): string {
    if (value === undefined) return "(not set)";
    if (isLate(value)) return lateText;
    const text = JSON.stringify(printable(value, 0));
    const characters = Array.from(text);
    return characters.length <= longestShown ? text : `${characters.slice(0, longestShown).join("")}…`;
}

const lateText = "(a value that is known later)";
const deepestShown = 8;

/**
 * A copy that JSON can hold: no outputs or promises (printing an Output throws or misleads), no cycles, no functions.
 */
function printable(value: unknown, depth: number): unknown {
    if (typeof value === "bigint" || typeof value === "symbol") return String(value);
    if (typeof value === "function") return "(a function)";
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    if (typeof value !== "object" || value === null) return value;
    if (isLate(value)) return lateText;
    if (depth >= deepestShown) return "…";
    if (Array.isArray(value)) return value.map((item: unknown) => printable(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item, depth + 1)]));
}

/** What a check of arguments found: problems stop the program, warnings are shown. */
export interface Findings {
    problems: Problem[];
    warnings: Warning[];
}

/**
 * What the one door of a component's room gives. With problems, `spec` is the best that could be made of the arguments:
 * good for checking the parts of a platform together, never for making resources.
 */
export interface Checked<Spec> extends Findings {
    spec: Spec;
}
