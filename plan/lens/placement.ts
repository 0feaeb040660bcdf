import { isObject, valueAt, type PlanObject, type PlanValue } from "../model/format.js";

/** True unless the node selector or the required affinity surely excludes nodes with these labels. */
export function canRunOn(podSpec: PlanObject, labels: ReadonlyMap<string, PlanValue>): boolean {
    const selector = podSpec["nodeSelector"];
    if (isObject(selector) && !Object.entries(selector).every(([key, value]) => mayEqual(labels, key, [value])))
        return false;
    const terms = valueAt(
        podSpec,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    );
    return !Array.isArray(terms) || terms.length === 0 || terms.some((term) => termMatches(term, labels));
}

function termMatches(term: PlanValue, labels: ReadonlyMap<string, PlanValue>): boolean {
    const expressions = valueAt(term, "matchExpressions");
    return (
        !Array.isArray(expressions) ||
        expressions.every((expression) => {
            const key = valueAt(expression, "key");
            const values = valueAt(expression, "values");
            if (typeof key !== "string") return true;
            const list = Array.isArray(values) ? values : [];
            switch (valueAt(expression, "operator")) {
                case "In":
                    return mayEqual(labels, key, list);
                case "NotIn":
                    return !list.some((value) => labels.get(key) === value);
                case "Exists":
                    return labels.has(key) || setByAzure(key);
                case "DoesNotExist":
                    return !labels.has(key);
                default:
                    return true;
            }
        })
    );
}

function mayEqual(labels: ReadonlyMap<string, PlanValue>, key: string, values: PlanValue[]): boolean {
    const label = labels.get(key);
    if (label === undefined) return setByAzure(key);
    return values.some((value) => value === label || typeof value === "object" || typeof label === "object");
}

/** Labels that Kubernetes or AKS puts on nodes by itself: without the cluster, they are unknown. */
function setByAzure(key: string): boolean {
    return /(^|\.)(kubernetes\.io|k8s\.io|azure\.com)\//.test(key);
}
