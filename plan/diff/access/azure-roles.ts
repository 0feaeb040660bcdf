import {
    holdersOf,
    holderText,
    identityOf,
    keyName,
    keysOf,
    serviceAccountOf,
} from "../../lens/secrets/released-keys.js";
import { releaseRight } from "../../lens/secrets/types.js";
import type { Plan, PlanResource } from "../../model/format.js";
import {
    compareValue,
    narrows,
    said,
    unsure,
    widens,
    type AccessContext,
    type Finding,
    type Sides,
} from "./finding.js";

/** What changes for a role of Azure on a scope. */
export function roleAssignmentChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined) return before === undefined ? [] : [narrows(lossWords(before, context.base))];
    if (before === undefined) return [widens(gainWords(after, context.head))];
    const pair = { before, after };
    const compared = (key: string) => compareValue(pair, [before.inputs[key], after.inputs[key]], context);
    const all = ["principalId", "roleDefinitionId", "scope"].map((key) => [key, compared(key)] as const);
    const changed = all.filter(([, how]) => how !== "same").map(([key]) => key);
    const words = gainWords(after, context.head);
    if (changed.length === 0) return conditionChanges(compared("condition"), pair);
    if (changed.join() === "scope" && isBelow(after.inputs["scope"], before.inputs["scope"]))
        return [
            narrows(`${words}, until now on ${said(before.inputs["scope"], "more")}`),
            ...conditionChanges(compared("condition"), pair),
        ];
    return all.some(([, how]) => how === "unclear") ? [unsure(words)] : [widens(words)];
}

/** A role assignment with a condition gives less than one without. */
function conditionChanges(compared: ReturnType<typeof compareValue>, { before, after }: Required<Sides>): Finding[] {
    if (compared === "same") return [];
    const [old, now] = [before, after].map(({ inputs }) => inputs["condition"] ?? "");
    if (now === "") return [widens("the role has no condition any more")];
    if (old === "") return [narrows("the role gets a condition")];
    return [unsure("the condition of the role changes")];
}

function isBelow(scope: unknown, above: unknown): boolean {
    return (
        typeof scope === "string" &&
        typeof above === "string" &&
        scope.toLowerCase().startsWith(`${above.toLowerCase().replace(/\/$/, "")}/`)
    );
}

function gainWords(assignment: PlanResource, plan: Plan | undefined): string {
    const { who, keys } = partsOf(assignment, plan);
    return keys.length > 0
        ? `${who} gains the right to ask for key ${keys.join(", ")}`
        : `${who} gets ${roleText(assignment)} on ${scopeText(assignment)}`;
}

function lossWords(assignment: PlanResource, plan: Plan | undefined): string {
    const { who, keys } = partsOf(assignment, plan);
    return keys.length > 0
        ? `${who} loses the right to ask for key ${keys.join(", ")}`
        : `${who} loses ${roleText(assignment)} on ${scopeText(assignment)}`;
}

function partsOf(assignment: PlanResource, plan: Plan | undefined): { who: string; keys: string[] } {
    const resources = plan?.resources ?? [];
    const who = holdersOf(assignment, resources).map(holderText).join(", ");
    return { who, keys: keysOf(assignment, resources).map(keyName) };
}

function roleText({ inputs }: PlanResource): string {
    const { roleDefinitionId, description } = inputs;
    if (releaseRight(inputs) === true) return "the right to ask for keys";
    const id = said(roleDefinitionId, "known after the update").split("/").at(-1) ?? "";
    return typeof description === "string" && description !== "" ? `role ${id} (${description})` : `role ${id}`;
}

function scopeText({ inputs }: PlanResource): string {
    return said(inputs["scope"], "a scope that is known after the update");
}

/** What changes for whom a cluster's ServiceAccounts can become in Azure. */
export function federatedCredentialChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined) return before === undefined ? [] : [narrows(`${becomes(before, context.base)} no longer`)];
    if (before === undefined) return [widens(`${becomes(after, context.head)} from now on`)];
    const pair = { before, after };
    const compared = ["subject", "issuer", "resourceName", "audiences"].map(
        (key) => [key, compareValue(pair, [before.inputs[key], after.inputs[key]], context)] as const,
    );
    const changed = compared.filter(([, how]) => how !== "same");
    if (changed.length === 0) return [];
    const words = `${becomes(after, context.head)} from now on, until now ${serviceAccountOf(before)} of ${said(before.inputs["issuer"], "an issuer that is known after the update")}`;
    const what = changed.map(([key]) => key).join(", ");
    if (changed.some(([, how]) => how === "unclear")) return [unsure(`${what} of the credential changes: ${words}`)];
    if (what === "audiences" && isLess(before, after)) return [narrows("the credential has fewer audiences")];
    return [widens(`${what} of the credential changes: ${words}`)];
}

function isLess(before: PlanResource, after: PlanResource): boolean {
    const [old, now] = [before, after].map(({ inputs }) => inputs["audiences"]);
    return Array.isArray(old) && Array.isArray(now) && now.every((audience) => old.includes(audience));
}

function becomes(credential: PlanResource, plan: Plan | undefined): string {
    const identity = identityOf(credential, plan?.resources ?? [])?.name;
    const name = identity ?? said(credential.inputs["resourceName"], "an identity that is known after the update");
    const issuer = said(credential.inputs["issuer"], "an issuer that is known after the update");
    return `ServiceAccount ${serviceAccountOf(credential)} of ${issuer} can act as identity ${name}`;
}
