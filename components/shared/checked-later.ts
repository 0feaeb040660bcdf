import * as pulumi from "@pulumi/pulumi";
import { invalid, isLate, ofSecret, prefixed, throwIfAny, type Problem } from "../problems";

/** Whose arguments are checked, and where in them. */
export interface Subject {
    /** The component that the program made, such as `platform "sgx"`. */
    subject: string;
    /** Path of the arguments in those of the subject; empty: they are its arguments. */
    under: string;
}

/**
 * The same input. Where it is an output or a promise, its value is checked as soon as it is known, and a bad one stops
 * the program; a plain value was checked before any resource was registered. By then an update may have created others.
 * The value of a secret is not shown.
 */
export function checkedLater<I>(of: Subject, input: I, check: (known: pulumi.Unwrap<I>) => readonly Problem[]): I {
    if (!isLate(input)) return input;
    const given = pulumi.output(input);
    const checked = given.apply(async (known) => {
        const problems = prefixed(of.under, check(known));
        const isShown = problems.length === 0 || !(await pulumi.isSecret(given));
        throwIfAny(of.subject, isShown ? problems : problems.map(ofSecret), "the update stops here");
        return known;
    });
    // An output of the same type: wherever `I` is an `Input`, that is one, too.
    return checked as I;
}

/** A list that may be an output, of items that may be outputs. */
export type InputList<T> = pulumi.Input<pulumi.Input<T>[]>;

/**
 * The same list. Where it is an output, or has outputs in it, each is checked as soon as it is known. `check` takes the
 * whole list. `path` is that of the list, for what turns out to be none; an output of nothing is no list, and fine.
 */
export function checkedListLater<T>(
    of: Subject,
    path: string,
    list: InputList<T> | undefined,
    check: (list: readonly pulumi.Input<T>[]) => readonly Problem[],
): InputList<T> | undefined {
    if (!Array.isArray(list)) {
        return checkedLater(of, list, (known: unknown) => {
            if (known === undefined) return check([]);
            return Array.isArray(known) ? check(known as T[]) : [invalid(path, known, "a list", "write it as a list")];
        });
    }
    const withItem = (known: T, at: number) => list.map((item, index) => (index === at ? known : item));
    return list.map((item, at) => checkedLater(of, item, (known) => check(withItem(known as T, at))));
}

/** The same value of one argument. `check` is the one that a plain value has gone through. */
export function checkedValue<I>(
    of: Subject,
    path: string,
    input: I,
    check: (path: string, known: unknown) => Problem[],
): I {
    return checkedLater(of, input, (known) => check(path, known));
}
