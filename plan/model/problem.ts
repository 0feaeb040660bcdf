import { isPlainObject, type ProblemKind } from "../../components/problems/index.js";

/** An argument for which the program refused to run. Its value is not here, since it may be a secret. */
export interface PlanProblem {
    /** What is wrong with it: `required`, `notAllowed`, `duplicate`, `unsupported` or `invalid`. */
    kind: ProblemKind;
    /** Where it is, such as `enclavePools[0].vmSize`. */
    path: string;
    /** What is accepted there; of `notAllowed` what forbids it, of `duplicate` what has it already. */
    expected: string;
    /** What to do about it. */
    remedy: string;
}

/** Value of `format` in the JSON of a plan that could not be made. */
export const FAILURE_FORMAT = "confidential-aks/failure";
/** Version of that format. See docs/plan-format.md. */
export const FAILURE_VERSION = 1;

/** Why no plan was made. */
export interface PlanFailure {
    format: typeof FAILURE_FORMAT;
    version: typeof FAILURE_VERSION;
    /** The same text as on standard error. */
    message: string;
    /** Empty if the program failed for another reason than its arguments. */
    problems: PlanProblem[];
}

/**
 * The problems of a `ValidationError` that a program threw. It comes from the program's own copy of this package, so it
 * is recognized by its shape. Undefined for every other error.
 */
export function problemsOf(error: unknown): PlanProblem[] | undefined {
    if (!(error instanceof Error) || error.name !== "ValidationError" || !("problems" in error)) return undefined;
    if (!Array.isArray(error.problems)) return undefined;
    return error.problems.filter(isPlainObject).map(({ kind, path, expected, remedy }) => ({
        kind: (typeof kind === "string" ? kind : "invalid") as ProblemKind,
        path: String(path),
        expected: String(expected),
        remedy: String(remedy),
    }));
}
