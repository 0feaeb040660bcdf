import { ProblemKind, type Problem } from "./problem";
import { didYouMean } from "./suggest";
import { isLate } from "./wire-values";

/**
 * A value that has to be there: `missing("name", "the name of the registry", "set it")`. Not set, unless told what is
 * there, such as "".
 */
export function missing(path: string, expected: string, remedy: string, value?: unknown): Problem {
    return { kind: ProblemKind.required, path, value, expected, remedy };
}

/**
 * A value that may be right elsewhere, not here; `why` says what forbids it: "with `existing`: it configures a new
 * cluster".
 */
export function notAllowed(path: string, value: unknown, why: string, remedy: string): Problem {
    return { kind: ProblemKind.notAllowed, path, value, expected: why, remedy };
}

/** A value that has to be unique and is not; `by` says what has it already: "by enclavePools[0]". */
export function duplicate(path: string, value: unknown, by: string, remedy: string): Problem {
    return { kind: ProblemKind.duplicate, path, value, expected: by, remedy };
}

/** A value outside a closed set. The remedy is the nearest of the accepted ones where one is near. */
export function unsupported(path: string, value: unknown, accepted: readonly string[]): Problem {
    const expected = accepted.map((name) => JSON.stringify(name)).join(", ");
    const remedy = isLate(value) ? knownNow : didYouMean(value, accepted, "use one of these values");
    return { kind: ProblemKind.unsupported, path, value, expected, remedy };
}

/** A value of the wrong type, form or range; `expected` says what is accepted: "a whole number from 1 to 5". */
export function invalid(path: string, value: unknown, expected: string, remedy: string): Problem {
    return { kind: ProblemKind.invalid, path, value, expected, remedy: isLate(value) ? knownNow : remedy };
}

/** What to do about an output or a promise where only a value is accepted. */
const knownNow =
    "write the value itself, or read it from the configuration of the stack, where it is no secret: " +
    "it has to be known before anything is made";

/** The same problem, and its value is never shown: for what may be a secret. */
export function redacted(problem: Problem): Problem {
    return { ...problem, hideValue: true };
}

/** The same problem for a value that is a secret: neither its value nor its remedy shows it. */
export function ofSecret(problem: Problem): Problem {
    return redacted({ ...problem, remedy: "correct its value, which is not shown because it is a secret" });
}

/** The problems if the condition holds, else none. */
export function when(condition: boolean, ...problems: readonly Problem[]): Problem[] {
    return condition ? [...problems] : [];
}
