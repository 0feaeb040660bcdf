import { createTwoFilesPatch } from "diff";
import { isManifest, toYaml } from "../lens/manifests.js";
import { isObject, isSpecial, type PlanObject, type PlanValue } from "../model/format.js";
import { sameValue } from "./changes.js";

/** Lines of context around a change: enough to see which container it is in. */
const CONTEXT = 3;

/** Unified diff of the YAML of an object, or undefined for what is no Kubernetes object and for equal text. */
export function yamlDiff(type: string, before: PlanObject, after: PlanObject): string | undefined {
    if (!isManifest(type)) return undefined;
    const patch = createTwoFilesPatch("a", "b", yaml(before), yaml(markSecrets(before, after) as PlanObject), "", "", {
        context: CONTEXT,
    });
    const body = patch.split("\n").slice(3).join("\n").trimEnd();
    return body === "" ? undefined : body;
}

function yaml(inputs: PlanObject): string {
    return toYaml(sortKeys(inputs) as PlanObject, []);
}

/** The order of keys says nothing. */
function sortKeys(value: PlanValue): PlanValue {
    if (Array.isArray(value)) return value.map(sortKeys);
    if (!isObject(value)) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/** Secrets look alike in YAML: where they differ, the new one says so. */
function markSecrets(before: PlanValue | undefined, after: PlanValue): PlanValue {
    if (isSpecial(after)) {
        const other = isSpecial(before) && before.$plan === "secret" && after.$plan === "secret";
        return other && !sameValue(before, after) ? "SECRET (another value)" : after;
    }
    if (Array.isArray(after))
        return after.map((item, i) => markSecrets(Array.isArray(before) ? before[i] : undefined, item));
    if (!isObject(after)) return after;
    return Object.fromEntries(
        Object.entries(after).map(([key, item]) => [
            key,
            markSecrets(isObject(before) ? before[key] : undefined, item),
        ]),
    );
}
