import { kindOf } from "../lens/pods.js";
import { valueAt, type PlanObject, type PlanResource, type PlanValue } from "../model/format.js";
import type { Change } from "./changes.js";
import type { ReplaceReason, ResourceDiff } from "./format.js";
import { covers, formatPath, parsePath, touches, type Step } from "./path.js";

/**
 * Properties that azure-native cannot change in place, by type. A name means this property wherever it stands in the
 * inputs, as the provider means it. Source: forceNewMap in provider/pkg/gen/replacement.go of
 * pulumi/pulumi-azure-native.
 */
const AZURE: Record<string, readonly string[]> = {
    "authorization:RoleAssignment": ["principalId", "scope"],
    "containerservice:ManagedCluster": [
        "diskEncryptionSetID",
        "dnsPrefix",
        "fqdnSubdomain",
        "linuxProfile",
        "location",
        "nodeResourceGroup",
        "windowsProfile",
        "serviceCidr",
        "serviceCidrs",
        "dnsServiceIP",
        "networkMode",
        "networkPlugin",
        "networkPluginMode",
        "podCidr",
        "networkDataplane",
        "networkPolicy",
        "outboundType",
        "nodePublicIPTags",
    ],
    "containerservice:AgentPool": ["gpuInstanceProfile", "vmSize", "nodePublicIPTags"],
    "network:PrivateEndpoint": ["subnet"],
    "network:PublicIPAddress": ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"],
    "network:VirtualNetwork": ["location"],
    "resources:ResourceGroup": ["location"],
    "storage:StorageAccount": ["isHnsEnabled", "location"],
};

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

/**
 * Properties of Kubernetes objects that cannot change in place. Source: provider/pkg/provider/diff.go of
 * pulumi/pulumi-kubernetes.
 */
const KUBERNETES: Record<string, readonly string[]> = {
    "apps/v1:DaemonSet": ["spec.selector"],
    "apps/v1:Deployment": ["spec.selector"],
    "apps/v1:StatefulSet": [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    "batch/v1:Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    "core/v1:PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
    "core/v1:ResourceQuota": ["spec.scopes"],
    "core/v1:Secret": ["type"],
    "core/v1:Service": ["spec.clusterIP"],
    "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
    "storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

/** What of a Pod may change; nearly all else of its `spec` replaces it. */
const POD_IN_PLACE = ["spec.activeDeadlineSeconds", "spec.tolerations", "spec.schedulingGates"];

/** What decides on replacements besides the resource itself. */
export interface ReplacementContext {
    /** Inputs of the resource's provider, where it has one of its own. */
    provider?: PlanObject;
}

/** The properties that force a replacement, by the provider's rules and by the option `replaceOnChanges`. */
export function replaceReasons(
    before: PlanResource,
    after: PlanResource,
    changes: readonly Change[],
    context: ReplacementContext = {},
): ReplaceReason[] {
    const wanted = (after.options.replaceOnChanges ?? []).map(parsePath);
    return changes.flatMap(({ path }): ReplaceReason[] => {
        if (byProvider(before, after, path, context)) return [{ path: formatPath(path), by: "provider" }];
        // A container that appears or disappears as a whole takes what is below it along.
        if (wanted.some((pattern) => touches(pattern, path)))
            return [{ path: formatPath(path), by: "replaceOnChanges" }];
        return [];
    });
}

function byProvider(
    before: PlanResource,
    after: PlanResource,
    path: readonly Step[],
    context: ReplacementContext,
): boolean {
    const { type } = after;
    if (type.startsWith("pulumi:providers:")) return replacesProvider(before, after, path);
    if (/^azure-native(_\w+)?:/.test(type)) return replacesAzure(type, path);
    if (type.startsWith("kubernetes:")) return replacesKubernetes(before, after, path, context);
    return false;
}

function replacesAzure(type: string, path: readonly Step[]): boolean {
    const [, module = "", kind = ""] = type.split(":");
    const own = AZURE[`${module.split("/")[0] ?? ""}:${kind}`] ?? ["location"];
    if (path.some((step) => typeof step === "string" && own.includes(step) && !isLabel(path, step))) return true;
    const [first] = path;
    if (path.length !== 1 || typeof first !== "string") return false;
    return AZURE_PATH.includes(first) || first === ownNameKey(kind);
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
    path: readonly Step[],
    { provider = {} }: ReplacementContext,
): boolean {
    const kind = kindOf(after);
    const hit = (paths: readonly string[]): boolean => paths.some((text) => covers(parsePath(text), path));
    if (kind.endsWith("List") || kind.endsWith("Patch")) return false;
    if (hit(["metadata.name", "metadata.namespace"])) return true;
    if (kind === "Pod") return path[0] === "spec" && !hit(POD_IN_PLACE);
    const immutable = valueAt(before.inputs, "immutable") === true;
    if (kind === "ConfigMap")
        return hit(["data", "binaryData"]) && (immutable || !isOn(provider["enableConfigMapMutable"]));
    if (kind === "Secret" && (immutable || !isOn(provider["enableSecretMutable"])))
        return hit(["type", "stringData", "data"]);
    return hit(KUBERNETES[after.type.slice("kubernetes:".length)] ?? []);
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
