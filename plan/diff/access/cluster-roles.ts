import { isObject, valueAt, type PlanObject, type PlanResource, type PlanValue } from "../../model/format.js";
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

const AGGREGATES = "rbac.authorization.k8s.io/aggregate-to-";

/** What changes for the rules of a ClusterRole or Role. */
export function rbacRoleChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined) return [narrows("the role goes, with all its rules")];
    const [old, now] = [rulesOf(before), rulesOf(after)];
    if (before !== undefined) {
        const compared = compareValue({ before, after }, [before.inputs["rules"], after.inputs["rules"]], context);
        if (compared === "unclear") return [unsure("rules of the role are not known before the update")];
    } else if (hidesSome(after.inputs["rules"]))
        return [unsure("a new role, whose rules are not known before the update")];
    const more = now.filter((rule) => requestsIn(rule).some((request) => !old.some((one) => allows(one, request))));
    const fewer = old.filter((rule) => requestsIn(rule).some((request) => !now.some((one) => allows(one, request))));
    return [
        ...more.map((rule) => widens(`${before === undefined ? "a new role" : "the role"} allows ${ruleText(rule)}`)),
        ...aggregation(before, after, context),
        ...fewer.map((rule) => narrows(`the role no longer allows all of ${ruleText(rule)}`)),
    ];
}

/** Rules of other roles that come in by labels, and roles that this one is part of by its own. */
function aggregation(before: PlanResource | undefined, after: PlanResource, context: AccessContext): Finding[] {
    const rule = after.inputs["aggregationRule"];
    const changed =
        before === undefined
            ? rule !== undefined
            : compareValue({ before, after }, [before.inputs["aggregationRule"], rule], context) !== "same";
    const labels = (of: PlanResource | undefined): string[] => {
        const all = valueAt(of?.inputs, "metadata", "labels");
        const set = isObject(all) ? Object.keys(all).filter((key) => key.startsWith(AGGREGATES)) : [];
        return set.filter((key) => isObject(all) && all[key] !== "false");
    };
    const added = labels(after).filter((key) => !labels(before).includes(key));
    return [
        ...(changed ? [unsure("the role takes in rules of other roles by their labels")] : []),
        ...added.map((key) => widens(`its rules become part of the role ${key.slice(AGGREGATES.length)}`)),
    ];
}

/** What changes for who has a role. */
export function rbacBindingChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined)
        return before === undefined ? [] : subjectsOf(before).map((who) => narrows(`${who} loses ${roleOf(before)}`));
    const hides = (of: PlanResource | undefined) =>
        hidesSome(of?.inputs["subjects"]) || hidesSome(of?.inputs["roleRef"]);
    if (before !== undefined && (hides(before) || hides(after))) {
        const parts = ["subjects", "roleRef"].map((key) =>
            compareValue({ before, after }, [before.inputs[key], after.inputs[key]], context),
        );
        return parts.every((how) => how === "same")
            ? []
            : [unsure("who has the role, or which role, is not known before the update")];
    }
    if (hides(after))
        return [unsure(`a new binding of ${roleOf(after)}, whose subjects are not known before the update`)];
    const isSameRole = before !== undefined && roleOf(before) === roleOf(after);
    const [old, now] = [before === undefined ? [] : subjectsOf(before), subjectsOf(after)];
    return [
        ...now.filter((who) => !isSameRole || !old.includes(who)).map((who) => widens(`${who} gets ${roleOf(after)}`)),
        ...(before === undefined ? [] : old)
            .filter((who) => !isSameRole || !now.includes(who))
            .map((who) => narrows(`${who} loses ${before === undefined ? "" : roleOf(before)}`)),
    ];
}

function roleOf({ inputs }: PlanResource): string {
    const [kind, name] = ["kind", "name"].map((key) => valueAt(inputs, "roleRef", key));
    return typeof kind === "string" && typeof name === "string" ? `${kind} ${name}` : "a role that is not known";
}

function subjectsOf({ inputs }: PlanResource): string[] {
    const { subjects } = inputs;
    return (Array.isArray(subjects) ? subjects : []).map((subject) => {
        const [kind, name, namespace] = ["kind", "name", "namespace"].map((key) => text(valueAt(subject, key)));
        return namespace === undefined ? `${kind ?? "?"} ${name ?? "?"}` : `${kind ?? "?"} ${namespace}/${name ?? "?"}`;
    });
}

function text(value: PlanValue | undefined): string | undefined {
    return typeof value === "string" ? value : undefined;
}

/** A rule as Kubernetes reads it. */
interface Rule {
    groups: string[];
    resources: string[];
    names: string[];
    verbs: string[];
    urls: string[];
}

/** One request that a rule may allow. */
type Request = { verb: string; url: string } | { verb: string; group: string; resource: string; name?: string };

function rulesOf(role: PlanResource | undefined): Rule[] {
    const rules = role?.inputs["rules"];
    return (Array.isArray(rules) ? rules : []).filter(isObject).map((rule: PlanObject) => {
        const list = (key: string): string[] => {
            const value = rule[key];
            return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
        };
        return {
            groups: list("apiGroups"),
            resources: list("resources"),
            names: list("resourceNames"),
            verbs: list("verbs"),
            urls: list("nonResourceURLs"),
        };
    });
}

function requestsIn({ groups, resources, names, verbs, urls }: Rule): Request[] {
    const each = names.length === 0 ? [undefined] : names;
    return verbs.flatMap((verb) => [
        ...urls.map((url) => ({ verb, url })),
        ...groups.flatMap((group) =>
            resources.flatMap((resource) =>
                each.map((name) => ({ verb, group, resource, ...(name === undefined ? {} : { name }) })),
            ),
        ),
    ]);
}

function allows({ groups, resources, names, verbs, urls }: Rule, request: Request): boolean {
    const has = (list: readonly string[], value: string) => list.includes("*") || list.includes(value);
    if (!has(verbs, request.verb)) return false;
    if ("url" in request)
        return urls.some(
            (url) => url === request.url || (url.endsWith("*") && request.url.startsWith(url.slice(0, -1))),
        );
    const [, subresource] = request.resource.split("/");
    const isResource =
        has(resources, request.resource) || (subresource !== undefined && resources.includes(`*/${subresource}`));
    return (
        has(groups, request.group) &&
        isResource &&
        (names.length === 0 || (request.name !== undefined && names.includes(request.name)))
    );
}

function ruleText({ groups, resources, names, verbs, urls }: Rule): string {
    const what = [...resources, ...urls].join(", ");
    const where = groups.filter((group) => group !== "").join(", ");
    const which = names.length === 0 ? "" : ` named ${names.join(", ")}`;
    return `${verbs.join(", ")} of ${what}${where === "" ? "" : ` (${where})`}${which}`;
}
