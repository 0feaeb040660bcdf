import { joinPaths, propertyPath } from "../../components/problems/index.js";
import { stringify } from "yaml";
import { isSpecial, type Plan, type PlanResource, type PlanValue } from "../model/format.js";
import { kindRank } from "../model/order.js";
import { isKubernetesObject } from "../model/urn.js";
import { kindOf, objectName } from "./pods.js";

/** Plain YAML of a value, with a placeholder where a value cannot be written. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** A place where a file holds a placeholder. */
export interface Gap {
    path: string;
    placeholder: "UNKNOWN" | "SECRET";
}

/** One Kubernetes object as a file. */
export interface Manifest {
    kind: string;
    name: string;
    yaml: string;
    gaps: Gap[];
}

/**
 * The Kubernetes objects of a plan in the order in which they can be applied. Patches and objects that are only read
 * are left out.
 */
export function manifests(plan: Plan): Manifest[] {
    return plan.resources
        .filter((resource) => resource.custom && resource.readId === undefined && isManifest(resource.type))
        .map((resource, index) => ({ resource, index, rank: kindRank(kindOf(resource)) }))
        .sort((a, b) => a.rank - b.rank || a.index - b.index)
        .map(({ resource }) => toManifest(resource));
}

/** True for types that are written as a manifest. */
export function isManifest(type: string): boolean {
    return isKubernetesObject(type) && !type.endsWith("Patch");
}

function toManifest(resource: PlanResource): Manifest {
    const gaps: Gap[] = [];
    const yaml = toYaml(withAutoname(resource), gaps);
    const comments = gaps.map(({ path, placeholder }) => `# ${placeholder}: ${path.replace(/\s/g, " ")}\n`);
    return { kind: kindOf(resource), name: objectName(resource), yaml: comments.join("") + yaml, gaps };
}

/** The YAML of an object, in the order in which people read it. */
export function toYaml(object: Record<string, PlanValue>, gaps: Gap[]): string {
    // Version 1.1, as kubectl reads it: "on", "y" and "0644" as text must be quoted.
    return stringify(ordered(object, ["apiVersion", "kind", "metadata", "spec"], gaps), {
        version: "1.1",
        lineWidth: 0,
        blockQuote: "literal",
        aliasDuplicateObjects: false,
    });
}

function withAutoname({ inputs, autoname }: PlanResource): Record<string, PlanValue> {
    if (autoname === undefined) return inputs;
    const metadata = inputs["metadata"];
    const fields =
        typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) && !isSpecial(metadata)
            ? metadata
            : {};
    return { ...inputs, metadata: { ...fields, name: autoname } };
}

function ordered(object: Record<string, PlanValue>, first: string[], gaps: Gap[]): Plain {
    const keys = [
        ...first.filter((key) => key in object),
        ...Object.keys(object).filter((key) => !first.includes(key)),
    ];
    return Object.fromEntries(
        keys.map((key) => {
            const value = object[key] ?? null;
            const isMetadata =
                key === "metadata" &&
                typeof value === "object" &&
                value !== null &&
                !Array.isArray(value) &&
                !isSpecial(value);
            if (!isMetadata) return [key, plain(value, key, gaps)];
            const names = ["name", "namespace", "labels", "annotations"].filter((name) => name in value);
            const sorted = Object.fromEntries(
                [...names, ...Object.keys(value).filter((name) => !names.includes(name))].map((name) => [
                    name,
                    value[name] ?? null,
                ]),
            );
            return [key, plain(sorted, key, gaps)];
        }),
    );
}

/** Turns a plan's value into plain data and notes where that is not possible. */
export function plain(value: PlanValue, path: string, gaps: Gap[]): Plain {
    if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`, gaps));
    if (typeof value !== "object" || value === null) return value;
    if (isSpecial(value)) {
        if (value.$plan === "object") return plain(value.value, path, gaps);
        if (value.$plan === "asset" && value.text !== undefined) return value.text;
        const placeholder =
            value.$plan === "secret" || (value.$plan === "asset" && value.secret === true) ? "SECRET" : "UNKNOWN";
        gaps.push({ path, placeholder });
        return placeholder;
    }
    const entries = Object.entries(value).map(
        ([key, item]) => [key, plain(item, joinPaths(path, propertyPath(key)), gaps)] as const,
    );
    return Object.fromEntries(entries.sort(([a], [b]) => readingRank(a) - readingRank(b)));
}

/** What a person looks for first in a list of containers, variables or mounts; all else keeps its order. */
const readFirst = ["name", "image", "command", "args"];

function readingRank(key: string): number {
    const rank = readFirst.indexOf(key);
    return rank < 0 ? readFirst.length : rank;
}
