import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { DiffAnswer } from "../protocol.js";
import { at, difference, isProperties, textAt, UNKNOWN, type Properties, type Value } from "../values.js";

const autonamed = "pulumi.com/autonamed";

/** The apiVersion and kind behind a type of the provider, such as `kubernetes:apps/v1:DaemonSet`. */
export function kindOf(type: string): { apiVersion: string; kind: string } {
    const [, group = "", kind = ""] = type.split(":");
    return { apiVersion: group.replace(/^core\//, ""), kind };
}

/** Inputs with a name: the given one, the one it had, or a generated one with a random end. */
export function named(type: string, name: string, olds: Properties, news: Properties, seed: string): Properties {
    const { apiVersion, kind } = kindOf(type);
    const metadata = isProperties(news.metadata) ? news.metadata : {};
    const inputs: Properties = { ...news, apiVersion, kind };
    if (metadata.name !== undefined) return inputs;
    const hex = createHash("sha256").update(`${name} ${seed}`).digest("hex").slice(0, 8);
    const kept = isAutonamed(olds) ? textAt(olds, "metadata.name") : "";
    const annotations = isProperties(metadata.annotations) ? metadata.annotations : {};
    return {
        ...inputs,
        metadata: {
            ...metadata,
            name: kept === "" ? `${name}-${hex}` : kept,
            annotations: { ...annotations, [autonamed]: "true" },
        },
    };
}

function isAutonamed(object: Properties): boolean {
    const annotations = at(object, "metadata.annotations");
    return isProperties(annotations) && annotations[autonamed] === "true";
}

const everywhere = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** Fields whose change needs another object, by kind. */
const fixed: Record<string, string[]> = {
    Job: ["spec.selector", "spec.template", "spec.completions"],
    DaemonSet: ["spec.selector"],
    Deployment: ["spec.selector"],
    StatefulSet: ["spec.selector"],
    ConfigMap: ["data", "binaryData", "immutable"],
    Secret: ["data", "stringData", "type", "immutable"],
    ClusterRoleBinding: ["roleRef"],
    RoleBinding: ["roleRef"],
};

/** What differs between two objects, and whether it needs another one. */
export function objectDiff(type: string, olds: Properties, news: Properties): DiffAnswer {
    const changes = difference(olds, news);
    const rules = [...everywhere, ...(fixed[kindOf(type).kind] ?? [])];
    const replaces = [...changes.keys()].filter((path) =>
        rules.some((rule) => path === rule || path.startsWith(`${rule}.`) || path.startsWith(`${rule}[`)),
    );
    const sameName = ["metadata.name", "metadata.namespace"].every((path) => at(olds, path) === at(news, path));
    // A given name is taken until the old object is deleted.
    const deleteBeforeReplace = replaces.length > 0 && sameName && !isAutonamed(news);
    return { changes, replaces, deleteBeforeReplace };
}

/**
 * Whether the cluster behind a provider is another one, after the provider's published rules: an identifier that stays
 * decides alone; one that changes means another cluster; without one on both sides, the active cluster's entry in the
 * kubeconfig decides, and an unknown kubeconfig may be any.
 */
export function providerDiff(olds: Properties, news: Properties): DiffAnswer {
    const changes = difference(olds, news);
    const [before, after] = [olds.clusterIdentifier, news.clusterIdentifier];
    if (before !== undefined && after !== undefined) {
        return { changes, replaces: before === after ? [] : ["clusterIdentifier"] };
    }
    const same = news.kubeconfig !== UNKNOWN && JSON.stringify(active(olds)) === JSON.stringify(active(news));
    return { changes, replaces: same ? [] : ["kubeconfig"] };
}

/** The entry of the cluster that a kubeconfig's current context names. */
function active(config: Properties): Value {
    const kubeconfig = textAt(config, "kubeconfig");
    if (kubeconfig === "") return undefined;
    const parsed = parse(kubeconfig) as Properties;
    const find = (list: Value, name: Value) =>
        Array.isArray(list) ? list.find((item) => isProperties(item) && item.name === name) : undefined;
    const context = find(parsed.contexts, parsed["current-context"]);
    return find(parsed.clusters, at(context, "context.cluster"));
}

/** The part of a live object that the inputs speak of: what drift is looked for in. */
export function livePart(inputs: Value, live: Value): Value {
    if (isProperties(inputs) && isProperties(live)) {
        const keys = Object.keys(inputs).filter((key) => live[key] !== undefined);
        return Object.fromEntries(keys.map((key) => [key, livePart(inputs[key], live[key])]));
    }
    if (Array.isArray(inputs) && Array.isArray(live)) {
        return live.slice(0, Math.max(inputs.length, 0)).map((item, index) => livePart(inputs[index], item));
    }
    return live;
}

/** A live object as inputs, without what only the server writes: for an object that is taken over. */
export function asInputs(live: Properties): Properties {
    const { status: _, ...rest } = live;
    const metadata = isProperties(live.metadata) ? live.metadata : {};
    const own = ["name", "namespace", "labels", "annotations"].filter((key) => metadata[key] !== undefined);
    return { ...rest, metadata: Object.fromEntries(own.map((key) => [key, metadata[key]])) };
}
