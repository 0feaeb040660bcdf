import { kindOf } from "../../lens/pods.js";
import { valueAt, type PlanResource, type PlanValue } from "../../model/format.js";
import { canonical } from "./canonical.js";
import {
    compareValue,
    hidesSome,
    narrows,
    unsure,
    widens,
    type AccessContext,
    type Finding,
    type Sides,
} from "./finding.js";
import { guardOpens, isNarrowerGuard } from "./guard.js";
import { selectionChanges } from "./selection.js";

/** What changes for what an admission policy refuses. */
export function admissionPolicyChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    const isMutating = kindOf((after ?? before) as PlanResource).startsWith("Mutating");
    if (after === undefined)
        return before === undefined || isOnlyWarning(before, context) ? [] : [removed(isMutating, "the policy goes")];
    if (before === undefined) return isMutating ? [unsure(CHANGES_OBJECTS)] : [];
    const [old, now] = [before, after].map(({ inputs }) => inputs["spec"]);
    if (hidesSome(old) || hidesSome(now)) return unknownSpec({ before, after }, context);
    if (canonical(old ?? null) === canonical(now ?? null)) return [];
    const outside = [
        ...failureChanges(old, now),
        ...selectionChanges(valueAt(old, "matchConstraints"), valueAt(now, "matchConstraints")),
        ...changedParts(old, now, ["paramKind", "mutations"]),
    ];
    const opens = guardOpens(before, after);
    if (isNarrowerGuard(before, after)) return [...outside, narrows("the guard refuses more than before")];
    return [
        ...outside,
        ...opens.map(widens),
        ...conditionChanges(valueAt(old, "matchConditions"), valueAt(now, "matchConditions")),
        ...validationChanges(old, now),
    ];
}

const CHANGES_OBJECTS = "it changes objects before they are admitted";

/** A policy whose bindings all only warn refuses nothing. */
function isOnlyWarning(policy: PlanResource, { base }: AccessContext): boolean {
    const name = valueAt(policy.inputs, "metadata", "name") ?? policy.autoname;
    const bindings = (base?.resources ?? []).filter(
        (one) =>
            kindOf(one) === "ValidatingAdmissionPolicyBinding" && valueAt(one.inputs, "spec", "policyName") === name,
    );
    return bindings.length > 0 && bindings.every((binding) => !mayDeny(binding));
}

function mayDeny({ inputs }: PlanResource): boolean {
    const actions = valueAt(inputs, "spec", "validationActions");
    return hidesSome(actions) || !Array.isArray(actions) || actions.includes("Deny");
}

function removed(isMutating: boolean, what: string): Finding {
    return isMutating
        ? unsure(`${what}, and objects are no longer changed`)
        : widens(`${what}: what it refused is admitted`);
}

function unknownSpec(pair: Required<Sides>, context: AccessContext): Finding[] {
    const compared = compareValue(pair, [pair.before.inputs["spec"], pair.after.inputs["spec"]], context);
    return compared === "same" ? [] : [unsure("it changes, and a part of it is not known before the update")];
}

function failureChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const [old, now] = [before, after].map((spec) => valueAt(spec, "failurePolicy") ?? "Fail");
    if (old === now) return [];
    return now === "Fail"
        ? [narrows("what cannot be evaluated is refused")]
        : [widens("what cannot be evaluated is admitted (failurePolicy Ignore)")];
}

function changedParts(before: PlanValue | undefined, after: PlanValue | undefined, keys: readonly string[]): Finding[] {
    return keys
        .filter((key) => canonical(valueAt(before, key) ?? null) !== canonical(valueAt(after, key) ?? null))
        .map((key) => unsure(`${key} changes`));
}

function namedItems(value: PlanValue | undefined): Map<string, string> {
    const items = Array.isArray(value) ? value : [];
    return new Map(items.map((item) => [canonical(valueAt(item, "name") ?? null), canonical(item)]));
}

/** A policy looks only at requests for which all its conditions hold. */
function conditionChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const [old, now] = [namedItems(before), namedItems(after)];
    const added = [...now].filter(([name]) => !old.has(name)).map(([name]) => name);
    const gone = [...old].filter(([name]) => !now.has(name)).map(([name]) => name);
    const changed = [...now].filter(([name, text]) => old.has(name) && old.get(name) !== text).map(([name]) => name);
    return [
        ...added.map((name) => widens(`requests are exempt for which condition ${name} does not hold`)),
        ...changed.map((name) => unsure(`condition ${name} changes, which exempts requests`)),
        ...gone.map((name) => narrows(`condition ${name} no longer exempts requests`)),
    ];
}

function validationChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const all = (spec: PlanValue | undefined): Map<string, string> => {
        const items = valueAt(spec, "validations");
        const entries = (Array.isArray(items) ? items : []).map((item) => {
            const [expression, message] = ["expression", "message"].map((key) => valueAt(item, key) ?? null);
            return [
                canonical(expression ?? null),
                typeof message === "string" ? message : canonical(expression ?? null),
            ] as const;
        });
        return new Map(entries);
    };
    const [old, now] = [all(before), all(after)];
    const gone = [...old].filter(([expression]) => !now.has(expression)).map(([, message]) => message);
    const added = [...now].filter(([expression]) => !old.has(expression)).map(([, message]) => message);
    return [
        ...gone.map((message) =>
            added.length === 0 ? widens(`this rule goes: ${message}`) : unsure(`this rule goes or changes: ${message}`),
        ),
        ...(gone.length === 0 ? added.map((message) => narrows(`a new rule: ${message}`)) : []),
        ...changedVariables(before, after),
    ];
}

/** A variable that is new changes no rule that was there. */
function changedVariables(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const [old, now] = [before, after].map((spec) => namedItems(valueAt(spec, "variables")));
    const changed = [...(old ?? [])].filter(([name, text]) => now?.get(name) !== text).map(([name]) => name);
    return changed.map((name) => unsure(`variable ${name} of its rules changes`));
}

/** What changes for where a policy holds, and whether it refuses or only warns. */
export function admissionBindingChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    const isMutating = kindOf((after ?? before) as PlanResource).startsWith("Mutating");
    if (after === undefined)
        return before !== undefined && (isMutating || mayDeny(before))
            ? [removed(isMutating, "the policy holds nowhere by this binding any more")]
            : [];
    if (before === undefined) return isMutating ? [unsure(CHANGES_OBJECTS)] : [];
    const [old, now] = [before, after].map(({ inputs }) => inputs["spec"]);
    if (hidesSome(old) || hidesSome(now)) return unknownSpec({ before, after }, context);
    const found = [
        ...changedParts(old, now, ["policyName", "paramRef"]),
        ...selectionChanges(valueAt(old, "matchResources"), valueAt(now, "matchResources")),
    ];
    if (isMutating) return found;
    if (!mayDeny(before)) return mayDeny(after) ? [narrows("it refuses from now on, until now it only warned")] : [];
    return mayDeny(after) ? found : [widens("it no longer refuses anything, it only warns or audits"), ...found];
}

/** What changes for a webhook that judges or changes objects. */
export function webhookChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    const isMutating = kindOf((after ?? before) as PlanResource).startsWith("Mutating");
    if (after === undefined) return [removed(isMutating, "the webhook goes")];
    if (before === undefined) return isMutating ? [unsure(CHANGES_OBJECTS)] : [];
    const values = [before.inputs["webhooks"], after.inputs["webhooks"]] as const;
    return compareValue({ before, after }, values, context) === "same"
        ? []
        : [unsure("which requests the webhook sees, or what becomes of them, changes")];
}

const LEVELS = ["privileged", "baseline", "restricted"];

/** What changes for the Pod Security level of a namespace. */
export function podSecurityChanges({ before, after }: Sides): Finding[] {
    if (before === undefined || after === undefined) return [];
    const [old, now] = [before, after].map(({ inputs }) =>
        valueAt(inputs, "metadata", "labels", "pod-security.kubernetes.io/enforce"),
    );
    if (canonical(old ?? null) === canonical(now ?? null)) return [];
    const rank = (level: PlanValue | undefined) => (typeof level === "string" ? LEVELS.indexOf(level) : -1);
    const [from, to] = [rank(old), rank(now)];
    const words = `Pod Security level ${name(old)} becomes ${name(now)}`;
    if (from === 0) return [narrows(words)];
    if (from < 0 || to < 0) return [unsure(words)];
    return [to < from ? widens(words) : narrows(words)];
}

function name(level: PlanValue | undefined): string {
    return level === undefined ? "of the cluster" : typeof level === "string" ? level : "unknown";
}
