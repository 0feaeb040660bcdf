import type { Checked } from "../problems";
import type { Subject } from "./checked-later";

/** A component that another one makes: its arguments, and what its spec says of them. */
export interface Part<Args extends object, Spec> extends Checked<Spec> {
    /** For the constructor, which takes the spec over and checks nothing again. */
    args: Args;
}

const specs = new WeakMap<object, Checked<unknown>>();

/** Checks the arguments of a part. */
export function partOf<Args extends object, Spec>(args: Args, check: (args: Args) => Checked<Spec>): Part<Args, Spec> {
    return checkedPart(args, check(args));
}

/** A part whose arguments have been checked. The copy keeps them as they were checked. */
export function checkedPart<Args extends object, Spec>(args: Args, checked: Checked<Spec>): Part<Args, Spec> {
    const own = { ...args };
    specs.set(own, checked);
    return { ...checked, args: own };
}

/** The spec of a constructor's arguments: the one that they came with as a part, or else what `check` finds. */
export function specOf<Args extends object, Spec>(args: Args, check: (args: Args) => Checked<Spec>): Checked<Spec> {
    const known = specs.get(args) as Checked<Spec> | undefined;
    return known ?? check(args);
}

const owners = new WeakMap<object, Subject>();

/** The same arguments of a part. Problems name the owner's arguments, since the owner wrote them, not the part. */
export function argumentsOf<Args extends object>(owner: Subject, args: Args): Args {
    owners.set(args, owner);
    return args;
}

/** Whose the arguments of a constructor are: another component's that passed them on, or else its own. */
export function subjectOf(args: object, own: string): Subject {
    return owners.get(args) ?? { subject: own, under: "" };
}
