import { isObject, valueAt, type PlanValue } from "../../model/format.js";
import { canonical } from "./canonical.js";
import { narrows, unsure, widens, type Finding } from "./finding.js";

/**
 * What changes for the requests that an admission policy, binding or webhook looks at. Where it looks at fewer, more
 * gets past it.
 */
export function selectionChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    return [
        ...["namespaceSelector", "objectSelector"].flatMap((key) =>
            selectorChanges(key, valueAt(before, key), valueAt(after, key)),
        ),
        ...ruleChanges(before, after),
        ...exclusionChanges(before, after),
        ...matchPolicyChanges(before, after),
    ];
}

const WHAT: Readonly<Record<string, string>> = { namespaceSelector: "namespaces", objectSelector: "objects" };

function selectorChanges(key: string, before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const what = WHAT[key] ?? key;
    const [old, now] = [requirements(before), requirements(after)];
    const added = now.filter(({ id }) => !old.some((one) => one.id === id));
    const gone = old.filter(({ id }) => !now.some((one) => one.id === id));
    // The same key and operator with other values: only the values count.
    const found = added.map((requirement) => {
        const same = (one: Requirement) => one.about === requirement.about;
        const earlier = gone.filter(same);
        const [counterpart] = earlier;
        if (counterpart === undefined || earlier.length > 1 || added.filter(same).length > 1)
            return [narrowerSelection(what, requirement)];
        gone.splice(gone.indexOf(counterpart), 1);
        return valueChanges(what, counterpart, requirement);
    });
    return [
        ...found.flat(),
        ...gone.map(({ text }) => narrows(`it holds for more ${what}, no longer only for: ${text}`)),
    ];
}

function narrowerSelection(what: string, { text }: Requirement): Finding {
    return widens(`it holds for fewer ${what}, only for: ${text}`);
}

function valueChanges(what: string, before: Requirement, after: Requirement): Finding[] {
    if (before.values === undefined || after.values === undefined)
        return [unsure(`the ${what} for which it holds change: ${before.text} becomes ${after.text}`)];
    const [old, now] = [before.values, after.values];
    const [added, gone] = [now.filter((value) => !old.includes(value)), old.filter((value) => !now.includes(value))];
    const [out, back] = after.operator === "In" ? [gone, added] : [added, gone];
    return [
        ...(out.length === 0 ? [] : [widens(`left out from now on: ${what} ${out.join(", ")}`)]),
        ...(back.length === 0 ? [] : [narrows(`no longer left out: ${what} ${back.join(", ")}`)]),
    ];
}

/** One requirement of a selector. */
interface Requirement {
    /** The whole of it. */
    id: string;
    /** Key and operator, of `In` and `NotIn`. */
    about: string;
    operator: string;
    /** Undefined: not known. */
    values?: string[];
    text: string;
}

function requirements(selector: PlanValue | undefined): Requirement[] {
    if (selector !== undefined && !isObject(selector)) return [whole(selector)];
    const labels = selector?.["matchLabels"];
    const expressions = selector?.["matchExpressions"];
    return [
        ...(isObject(labels)
            ? Object.entries(labels).map(([key, value]) => ({
                  ...whole({ [key]: value }),
                  text: `${key}=${typeof value === "string" ? value : canonical(value)}`,
              }))
            : labels === undefined
              ? []
              : [whole(labels)]),
        ...(Array.isArray(expressions)
            ? expressions.map(requirement)
            : expressions === undefined
              ? []
              : [whole(expressions)]),
    ];
}

function whole(value: PlanValue): Requirement {
    return { id: canonical(value), about: canonical(value), operator: "", text: canonical(value) };
}

function requirement(expression: PlanValue): Requirement {
    const [key, operator, values] = ["key", "operator", "values"].map((name) => valueAt(expression, name));
    if (typeof key !== "string" || (operator !== "In" && operator !== "NotIn")) return whole(expression);
    const known = Array.isArray(values) && values.every((value) => typeof value === "string") ? values : undefined;
    return {
        id: canonical([key, operator, known === undefined ? (values ?? null) : [...known].sort()]),
        about: `${key} ${operator}`,
        operator,
        ...(known === undefined ? {} : { values: known }),
        text: `${key} ${operator} ${known?.join(", ") ?? "unknown"}`,
    };
}

function list(value: PlanValue | undefined, key: string): string[] {
    const found = valueAt(value, key);
    return Array.isArray(found) ? found.map(canonical) : found === undefined ? [] : [canonical(found)];
}

function ruleChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const [old, now] = [list(before, "resourceRules"), list(after, "resourceRules")];
    // A binding without rules looks at all that its policy does.
    if (old.length === 0 && now.length > 0) return [widens(`it holds for fewer requests, only for: ${now.join(", ")}`)];
    if (now.length === 0 && old.length > 0) return [narrows("it no longer holds for some requests only")];
    const [added, gone] = [now.filter((rule) => !old.includes(rule)), old.filter((rule) => !now.includes(rule))];
    if (gone.length > 0 && added.length > 0)
        return [unsure(`the requests for which it holds change: ${gone.join(", ")} becomes ${added.join(", ")}`)];
    return [
        ...gone.map((rule) => widens(`it no longer holds for ${rule}`)),
        ...added.map((rule) => narrows(`it also holds for ${rule}`)),
    ];
}

function exclusionChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const [old, now] = [list(before, "excludeResourceRules"), list(after, "excludeResourceRules")];
    return [
        ...now.filter((rule) => !old.includes(rule)).map((rule) => widens(`exempt from now on: ${rule}`)),
        ...old.filter((rule) => !now.includes(rule)).map((rule) => narrows(`no longer exempt: ${rule}`)),
    ];
}

function matchPolicyChanges(before: PlanValue | undefined, after: PlanValue | undefined): Finding[] {
    const [old, now] = [before, after].map((value) => valueAt(value, "matchPolicy") ?? "Equivalent");
    if (canonical(old ?? null) === canonical(now ?? null)) return [];
    return now === "Exact"
        ? [widens("it no longer holds for other versions of the same API")]
        : now === "Equivalent"
          ? [narrows("it also holds for other versions of the same API")]
          : [unsure("matchPolicy changes")];
}
