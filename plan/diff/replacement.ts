import { kindOf } from "../lens/pods.js";
import { valueAt, type PlanObject, type PlanResource, type PlanValue } from "../model/format.js";
import { wholeChange, type Change } from "./changes.js";
import type { ReplaceReason, ResourceDiff } from "./format.js";
import { covers, formatPath, parsePath, touches, type Step } from "./path.js";
import azureNative from "./replacement/azure-native.json";
import kubernetes from "./replacement/kubernetes.json";

/** Names of properties of azure-native, which stand for the property wherever it is in the inputs; by `module:Kind`. */
const AZURE: Partial<Record<string, readonly string[]>> = azureNative.properties;

/** Paths of properties of Kubernetes objects, by `group/version:Kind`. */
const KUBERNETES: Partial<Record<string, readonly string[]>> = kubernetes.properties;

/**
 * Inputs that are part of a resource's path in Azure besides the ones named after its kind. A changed path is another
 * resource.
 */
export const AZURE_PATH: readonly string[] = [
    "resourceGroupName",
    "resourceName",
    "accountName",
    "registryName",
    "serverName",
    "vaultName",
    "virtualNetworkName",
];

/** What decides on replacements besides the resource itself. */
export interface ReplacementContext {
    /** Inputs of the resource's provider, where it has one of its own. */
    provider?: PlanObject;
}

/**
 * What forces a replacement: properties, by the provider's rules and by the option `replaceOnChanges`, and the option
 * `replacementTrigger`.
 */
export function replaceReasons(
    before: PlanResource,
    after: PlanResource,
    changes: readonly Change[],
    context: ReplacementContext = {},
): ReplaceReason[] {
    const wanted = (after.options.replaceOnChanges ?? []).map(parsePath);
    const ofProperties = changes.flatMap((change): ReplaceReason[] => {
        const { path } = change;
        if (byProvider(before, after, change, context)) return [{ path: formatPath(path), by: "provider" }];
        // A container that appears or disappears as a whole takes what is below it along.
        if (wanted.some((pattern) => touches(pattern, path)))
            return [{ path: formatPath(path), by: "replaceOnChanges" }];
        return [];
    });
    return isTriggered(before, after)
        ? [...ofProperties, { path: "replacementTrigger", by: "replacementTrigger" }]
        : ofProperties;
}

/** The engine compares two values of the option; where there was none or is none any more, nothing is replaced. */
function isTriggered(before: PlanResource, after: PlanResource): boolean {
    const [old, now] = [before.options.replacementTrigger, after.options.replacementTrigger];
    return old !== undefined && now !== undefined && wholeChange("replacementTrigger", old, now).length > 0;
}

function byProvider(before: PlanResource, after: PlanResource, change: Change, context: ReplacementContext): boolean {
    const { type } = after;
    const { path } = change;
    if (type.startsWith("pulumi:providers:")) return replacesProvider(before, after, path);
    if (/^azure-native(_\w+)?:/.test(type)) return replacesAzure(type, path);
    if (type.startsWith("kubernetes:")) return replacesKubernetes(before, after, change, context);
    return false;
}

function replacesAzure(type: string, path: readonly Step[]): boolean {
    const [, module = "", kind = ""] = type.split(":");
    const own = azureProperties(`${module.split("/")[0] ?? ""}:${kind}`);
    if (path.some((step) => typeof step === "string" && own.includes(step) && !isLabel(path, step))) return true;
    const [first] = path;
    if (path.length !== 1 || typeof first !== "string") return false;
    return AZURE_PATH.includes(first) || first === ownNameKey(kind);
}

/**
 * Of a type that is not in the file, or has an empty list there, only the location is sure: the rest of its rules is in
 * the description of Azure's API.
 */
function azureProperties(type: string): readonly string[] {
    const own = AZURE[type] ?? [];
    return own.length > 0 ? own : ["location"];
}

/** The input that holds the name of an Azure resource of a kind, where it is not `resourceName`. */
export function ownNameKey(kind: string): string {
    return `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Name`;
}

/** Keys of maps that are the user's own words say nothing about the resource. */
function isLabel(path: readonly Step[], step: string): boolean {
    const above = path[path.indexOf(step) - 1];
    return above === "tags" || above === "nodeLabels";
}

function replacesKubernetes(
    before: PlanResource,
    after: PlanResource,
    change: Change,
    { provider = {} }: ReplacementContext,
): boolean {
    const kind = kindOf(after);
    const hit = (paths: readonly string[]): boolean => paths.some((text) => concerns(parsePath(text), change));
    if (kind.endsWith("List") || kind.endsWith("Patch")) return false;
    if (hit(["metadata.name", "metadata.namespace"])) return true;
    const immutable = valueAt(before.inputs, "immutable") === true;
    if (kind === "ConfigMap")
        return hit(["data", "binaryData"]) && (immutable || !isOn(provider["enableConfigMapMutable"]));
    if (kind === "Secret" && (immutable || !isOn(provider["enableSecretMutable"])))
        return hit(["type", "stringData", "data"]);
    return hit(KUBERNETES[after.type.slice("kubernetes:".length)] ?? []);
}

/** True if a change is at the property or below it, or if an object comes, goes or moves that has the property. */
function concerns(property: readonly (string | number)[], { path, kind, before, after }: Change): boolean {
    if (covers(property, path)) return true;
    if (!touches(property, path)) return false;
    const rest = property.slice(path.length);
    return kind === "reorder" || [before, after].some((value) => has(value, rest));
}

function has(value: PlanValue | undefined, [key, ...rest]: readonly (string | number)[]): boolean {
    if (key === undefined) return value !== undefined;
    if (key === "*" && Array.isArray(value)) return value.some((item) => has(item, rest));
    return has(valueAt(value, key), rest);
}

function isOn(value: PlanValue | undefined): boolean {
    return value === true || value === "true";
}

/**
 * A Kubernetes provider is replaced, and all its objects with it, when it means another cluster: the
 * `clusterIdentifier` is another one, or, without one on both sides, the kubeconfig is. Source: DiffConfig in
 * provider/pkg/provider/provider.go of pulumi/pulumi-kubernetes.
 */
function replacesProvider(before: PlanResource, after: PlanResource, path: readonly Step[]): boolean {
    if (after.type !== "pulumi:providers:kubernetes") return false;
    const [first] = path;
    const identified = [before, after].every(({ inputs }) => inputs["clusterIdentifier"] !== undefined);
    if (identified) return first === "clusterIdentifier";
    return ["renderYamlToDirectory", "kubeconfig", "context", "cluster"].some((key) => key === first);
}

/**
 * True if the old one has to go first: the option says so, or a Kubernetes object keeps its own fixed name and
 * namespace.
 */
function deletesFirst(before: PlanResource, after: PlanResource): boolean {
    if (after.options.deleteBeforeReplace === true) return true;
    if (!after.type.startsWith("kubernetes:")) return false;
    const place = ({ inputs }: PlanResource): PlanValue[] =>
        ["name", "namespace"].map((key) => valueAt(inputs, "metadata", key) ?? null);
    const [name] = place(after);
    return typeof name === "string" && JSON.stringify(place(before)) === JSON.stringify(place(after));
}

/**
 * How a replacement goes. The engine refuses one where the resource was and stays protected (step_generator.go of
 * pulumi/pulumi).
 */
export function replaceFlags(before: PlanResource, after: PlanResource): Pick<ResourceDiff, "deleteFirst" | "refused"> {
    return {
        ...(deletesFirst(before, after) ? { deleteFirst: true as const } : {}),
        ...(before.options.protect === true && after.options.protect === true ? { refused: true as const } : {}),
    };
}
