import { shortText } from "../lens/highlights.js";
import { nodeCount } from "../lens/pools.js";
import { isObject, valueAt, type PlanObject, type PlanResource } from "../model/format.js";
import type { Compared } from "./compared.js";

/** What a template does to the pools in it: the changes of a system pool are such a template. */
export function templateWords({ before, after, diff }: Compared): string[] {
    if (diff.action !== "update") return [];
    const [old, now] = [poolsOf(before), poolsOf(after)];
    return [...now].flatMap(([name, pool]) => poolWords(name, old.get(name), pool));
}

function poolWords(name: string, before: PlanObject | undefined, after: PlanObject): string[] {
    if (before === undefined) return [];
    const [old, now] = [nodeCount(before) ?? "unset", nodeCount(after) ?? "unset"];
    const version = (of: PlanObject) => shortText(of["orchestratorVersion"] ?? "unset");
    return [
        ...(old === now ? [] : [`pool ${name} goes from ${old} to ${now} nodes`]),
        ...(version(before) === version(after)
            ? []
            : [
                  `the nodes of pool ${name} go from Kubernetes ${version(before)} to ${version(after)}, one after another, each drained first`,
              ]),
    ];
}

/** The pools in a template, by the last part of their names, which start with that of the cluster. */
function poolsOf(deployment: PlanResource | undefined): Map<string, PlanObject> {
    const resources = valueAt(deployment?.inputs, "properties", "template", "resources");
    return new Map(
        (Array.isArray(resources) ? resources : []).filter(isObject).flatMap((resource) => {
            const { type, name, properties } = resource;
            if (type !== "Microsoft.ContainerService/managedClusters/agentPools" || !isObject(properties)) return [];
            const text = typeof name === "string" ? (name.split("/").at(-1) ?? name) : "system";
            return [[text, properties] as const];
        }),
    );
}
