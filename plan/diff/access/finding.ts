import { isSpecial, type Plan, type PlanResource, type PlanValue } from "../../model/format.js";
import { sameValue } from "../changes.js";
import type { Compared } from "../compared.js";

/** What a change does to who may do or get what. */
export interface Finding {
    /** More is allowed, or it cannot be judged. */
    widens: boolean;
    /** It cannot be judged. */
    unsure?: true;
    text: string;
}

export function widens(text: string): Finding {
    return { widens: true, text };
}

/** What cannot be judged counts as widening. */
export function unsure(text: string): Finding {
    return { widens: true, unsure: true, text: `${text}; it cannot be judged whether this widens access` };
}

export function narrows(text: string): Finding {
    return { widens: false, text };
}

/** The two plans around a change. */
export interface AccessContext {
    base: Plan | undefined;
    head: Plan;
    /** URNs of the old plan, and those of the same resources in the new one. */
    moves: ReadonlyMap<string, string>;
}

/** The two sides of a resource, with the names of both plans made the same. */
export interface Sides {
    before?: PlanResource;
    after?: PlanResource;
}

export function sidesOf({ before, after, inputs }: Compared): Sides {
    return {
        ...(before === undefined ? {} : { before: inputs === undefined ? before : { ...before, inputs: inputs.old } }),
        ...(after === undefined ? {} : { after: inputs === undefined ? after : { ...after, inputs: inputs.now } }),
    };
}

/** How two values of a resource compare. `unclear`: one of them is unknown or secret, and may be another one. */
export type Comparison = "same" | "different" | "unclear";

export function compareValue(
    { before, after }: Required<Sides>,
    values: readonly [PlanValue | undefined, PlanValue | undefined],
    context: AccessContext,
): Comparison {
    const [old = null, now = null] = values;
    const [hidesOld, hidesNow] = [hidesSome(old), hidesSome(now)];
    if (!hidesOld && !hidesNow) return sameValue(old, now) ? "same" : "different";
    if (hidesOld !== hidesNow || !sameValue(old, now) || holdsSecretWithoutDigest(old)) return "unclear";
    return hasNewSource(before, after, context) ? "unclear" : "same";
}

/** True if a part of a value is not known here. */
export function hidesSome(value: PlanValue | undefined): boolean {
    if (typeof value !== "object" || value === null) return false;
    if (isSpecial(value) && (value.$plan === "unknown" || value.$plan === "secret")) return true;
    return (Object.values(value) as PlanValue[]).some(hidesSome);
}

function holdsSecretWithoutDigest(value: PlanValue): boolean {
    if (typeof value !== "object" || value === null) return false;
    if (isSpecial(value) && value.$plan === "secret") return value.digest === undefined;
    return (Object.values(value) as PlanValue[]).some(holdsSecretWithoutDigest);
}

/** True if an unknown value may come from a resource that it did not come from before. */
function hasNewSource(before: PlanResource, after: PlanResource, { moves }: AccessContext): boolean {
    const earlier = (before.options.dependencies ?? []).flatMap((urn) => [urn, moves.get(urn) ?? urn]);
    return (after.options.dependencies ?? []).some((urn) => !earlier.includes(urn));
}

/** A value in a sentence. */
export function said(value: PlanValue | undefined, unknown: string): string {
    return typeof value === "string" ? value : unknown;
}
