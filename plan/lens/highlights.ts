import { isObject, isSpecial, valueAt, type PlanObject, type PlanResource, type PlanValue } from "../model/format.js";
import { formatBytes } from "../../terminal/text.js";
import { kindOf, objectName, podSpecOf, requestsOf } from "./pods.js";
import { nodeCount } from "./pools.js";

/** What a reader of the tree wants to see of a resource: label and text. */
export type Highlight = [label: string, text: string];

/**
 * Input paths that matter, by type (`*`: any module of the package). A label after `=`; the last part of the path
 * without one.
 */
const BY_TYPE: Record<string, string[]> = {
    "azure-native:containerservice:ManagedCluster": [
        "location",
        "kubernetesVersion",
        "sku.tier=tier",
        "networkProfile.networkPlugin=network",
        "networkProfile.networkPluginMode=mode",
        "apiServerAccessProfile.enablePrivateCluster=private",
        "apiServerAccessProfile.authorizedIPRanges=ipRanges",
        "aadProfile.managed=entra",
        "disableLocalAccounts",
        "addonProfiles.ACCSGXDevicePlugin.enabled=sgxAddon",
    ],
    "azure-native:containerservice:AgentPool": [
        "vmSize",
        "#nodes",
        "availabilityZones=zones",
        "scaleSetPriority=priority",
        "nodeTaints=taints",
        "mode",
    ],
    "azure-native:resources:Resource": [
        "resourceProviderNamespace=provider",
        "resourceType=type",
        "resourceName=name",
        "location",
    ],
    "azure-native:resources:ResourceGroup": ["location"],
    "azure-native:containerservice:MaintenanceConfiguration": [
        "configName",
        "maintenanceWindow.schedule.weekly.dayOfWeek=day",
        "maintenanceWindow.startTime=start",
        "maintenanceWindow.durationHours=hours",
        "maintenanceWindow.utcOffset=offset",
    ],
    "azure-native:network:VirtualNetwork": ["location", "addressSpace.addressPrefixes=cidr"],
    "azure-native:network:Subnet": ["addressPrefix=cidr", "addressPrefixes=cidr"],
    "azure-native:authorization:RoleAssignment": ["roleDefinitionId=role", "description"],
    "azure-native:attestation:AttestationProvider": ["location", "providerName=name"],
    "azure-native:managedidentity:FederatedIdentityCredential": ["subject", "issuer"],
    "confidential-aks:index:ExportableKey": ["keyName", "keyType", "authority"],
    "confidential-aks:index:SgxPolicy": ["attestationType"],
    "azure-native:containerregistry:Registry": ["location", "sku.name=sku"],
    "azure-native:containerregistry:TaskRun": ["taskRunName", "registryName=registry"],
    "confidential-aks:index:EnclaveImage": ["repository", "context=tag"],
    "pulumi:providers:kubernetes": ["clusterIdentifier", "kubeconfig"],
    "pulumi:pulumi:StackReference": ["name"],
    "kubernetes:core/v1:Service": ["spec.type=type"],
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": ["spec.policyTypes=restricts"],
};

/** The highlights of a resource; of an unknown type up to three plain inputs. */
export function highlights(resource: PlanResource): Highlight[] {
    const paths = BY_TYPE[resource.type];
    if (paths !== undefined) return paths.flatMap((path) => pick(resource.inputs, path));
    if (!resource.custom) return [];
    if (resource.type.startsWith("kubernetes:")) return kubernetes(resource);
    const scalars = Object.keys(resource.inputs).filter(
        (key) => isScalar(resource.inputs[key]) && !key.startsWith("__"),
    );
    return scalars.slice(0, 3).flatMap((key) => pick(resource.inputs, key));
}

/** Highlights of the pools inside a cluster's body. */
export function inlinePools(resource: PlanResource): PlanObject[] {
    const profiles =
        resource.type === "azure-native:containerservice:ManagedCluster"
            ? resource.inputs["agentPoolProfiles"]
            : undefined;
    return Array.isArray(profiles) ? profiles.filter(isObject) : [];
}

/** One line on a pool inside a cluster's body. */
export function poolHighlights(pool: PlanObject): Highlight[] {
    return ["vmSize", "#nodes", "availabilityZones=zones", "mode"].flatMap((path) => pick(pool, path));
}

function kubernetes(resource: PlanResource): Highlight[] {
    const name = objectName(resource);
    const namespace = valueAt(resource.inputs, "metadata", "namespace");
    const own: Highlight[] = name === resource.name && resource.autoname === undefined ? [] : [["name", name]];
    if (namespace !== undefined) own.push(["namespace", shortText(namespace)]);
    const podSpec = podSpecOf(resource);
    if (podSpec === undefined)
        return [...own, ...(BY_TYPE[resource.type] ?? []).flatMap((path) => pick(resource.inputs, path))];
    const images = ["initContainers", "containers"].flatMap((list) => {
        const containers = podSpec[list];
        return Array.isArray(containers) ? containers.map((container) => valueAt(container, "image") ?? null) : [];
    });
    const bytes = requestsOf(podSpec).epc;
    return [
        ...own,
        ...pick(resource.inputs, "spec.replicas=replicas"),
        ["image", [...new Set(images.map(shortText))].join(", ")],
        ...(bytes === 0 ? [] : [["epc", bytes === undefined ? "unknown" : formatBytes(bytes)] satisfies Highlight]),
        ...(attestation(podSpec) ?? []),
        ...selector(podSpec),
        ...(kindOf(resource) === "CronJob" ? pick(resource.inputs, "spec.schedule=schedule") : []),
    ];
}

/** The node selector without what holds for every enclave node. */
function selector(podSpec: PlanObject): Highlight[] {
    const all = podSpec["nodeSelector"];
    if (!isObject(all)) return [];
    const own = Object.entries(all).filter(([key]) => key !== "kubernetes.io/os" && key !== "kubernetes.io/arch");
    return own.length === 0 ? [] : [["nodeSelector", shortText(Object.fromEntries(own))]];
}

/** How the pod gets its quotes, by its shape. */
function attestation(podSpec: PlanObject): Highlight[] | undefined {
    const containers = [podSpec["initContainers"], podSpec["containers"]].flatMap((list) =>
        Array.isArray(list) ? list : [],
    );
    const asks = (resource: string): boolean =>
        containers.some((item) =>
            ["limits", "requests"].some((list) => valueAt(item, "resources", list, resource) !== undefined),
        );
    const socket = containers.some((item) => {
        const env = valueAt(item, "env");
        return Array.isArray(env) && env.some((entry) => valueAt(entry, "name") === "SGX_AESM_ADDR");
    });
    if (socket) return [["mode", "outOfProcess"]];
    if (asks("sgx.intel.com/provision")) return [["quoting", "provision"]];
    return undefined;
}

function pick(inputs: PlanObject, spec: string): Highlight[] {
    if (spec === "#nodes") {
        const nodes = nodeCount(inputs);
        return nodes === undefined ? [] : [["nodes", nodes]];
    }
    const [path = "", given] = spec.split("=");
    const label = given ?? path.split(".").pop() ?? path;
    const value = valueAt(inputs, ...path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key)));
    const isSaid = value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
    return isSaid ? [[label, shortText(value)]] : [];
}

function isScalar(value: PlanValue | undefined): boolean {
    return value !== undefined && value !== null && (typeof value !== "object" || isSpecial(value));
}

/** A value in a few words on one line. */
export function shortText(value: PlanValue): string {
    if (isSpecial(value))
        return value.$plan === "secret" ? "[secret]" : value.$plan === "unknown" ? "unknown" : value.$plan;
    if (Array.isArray(value)) return `[${value.map(shortText).join(", ")}]`;
    if (isObject(value))
        return `{${Object.entries(value)
            .map(([key, item]) => `${key}: ${shortText(item)}`)
            .join(", ")}}`;
    const text = String(value);
    const line = text.replace(/\s+/g, " ");
    return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
