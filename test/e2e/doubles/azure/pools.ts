import { at, textAt, type Properties, type Value } from "../values.js";
import { AzureError, type AzureResource, type FakeAzure } from "./azure.js";
import { checkSkew, patchOf, poolVersion } from "./versions.js";

export const poolType = "azure-native:containerservice:AgentPool";

/** What AKS fixes when it makes a pool. */
const fixedOfPool = [
    "vmSize",
    "availabilityZones",
    "maxPods",
    "osDiskSizeGB",
    "osDiskType",
    "osType",
    "scaleSetPriority",
    "vnetSubnetID",
];

const same = (a: Value, b: Value) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export function refuseChanges(existing: AzureResource, body: Properties, fixed: readonly string[]): void {
    const changed = fixed.find((path) => !same(at(existing.body, path), at(body, path)));
    if (changed === undefined) return;
    throw new AzureError(400, "PropertyChangeNotAllowed", `Changing property 'properties.${changed}' is not allowed.`);
}

/** What a pool keeps that a body of the cluster, or a template, does not name. */
export function refuseNamedChanges(existing: AzureResource, body: Properties): void {
    refuseChanges(
        existing,
        body,
        fixedOfPool.filter((key) => at(body, key) !== undefined),
    );
}

/** The cluster that a pool is in, by its id. */
export const clusterOfPool = (id: string) => id.replace(/\/agentPools\/[^/]+$/i, "");

/** DCsv2 and Azure CNI Overlay exclude each other. */
export function checkSubnetMode(cluster: Properties, sizes: string[]): void {
    if (textAt(cluster, "networkProfile.networkPluginMode") !== "overlay") return;
    const size = sizes.find((name) => /^Standard_DC[0-9]+s?_v2$/.test(name));
    if (size === undefined) return;
    throw new AzureError(400, "OverlayNotSupported", `${size} cannot be used with Azure CNI Overlay.`);
}

export function checkPool(id: string, body: Properties, existing: AzureResource | undefined, azure: FakeAzure): void {
    const cluster = azure.get(clusterOfPool(id));
    checkSubnetMode(cluster?.body ?? {}, [textAt(body, "vmSize")]);
    if (!/^[a-z][a-z0-9]{0,11}$/.test(textAt(body, "agentPoolName"))) {
        throw new AzureError(400, "InvalidParameter", `The value of parameter agentPoolName is invalid: ${id}`);
    }
    checkCount(body, existing);
    const version = textAt(body, "orchestratorVersion");
    if (version !== "") checkSkew(patchOf(version), textAt(cluster?.shown ?? {}, "currentKubernetesVersion"));
    if (existing?.inline === true) refuseNamedChanges(existing, body);
    else if (existing !== undefined) refuseChanges(existing, body, fixedOfPool);
}

type Three = [number, number, number];

/**
 * A count is required of a pool without autoscaler, and where the autoscaler is switched on (pulumi-azure-native#2943);
 * a new autoscaled pool may leave it out (AKS CHANGELOG 2024-08-27). The bounds hold for it, except on a pool that is
 * autoscaled already, whose minimum may be raised above what is there (Azure/AKS#1758).
 */
function checkCount(body: Properties, existing: AzureResource | undefined): void {
    const autoscaled = body.enableAutoScaling === true;
    if (autoscaled && (body.minCount === undefined || body.maxCount === undefined)) {
        throw new AzureError(400, "InvalidParameter", "minCount and maxCount are required with enableAutoScaling.");
    }
    const already = existing?.shown.enableAutoScaling === true;
    if (body.count === undefined && (!autoscaled || (existing !== undefined && !already))) {
        throw new AzureError(400, "InvalidParameter", "Required parameter properties.count is missing (null).");
    }
    if (autoscaled && !already) checkBounds(body);
}

/** The count of an autoscaled pool has to be within its bounds (cluster-api-provider-azure#5947). */
export function checkBounds(pool: Properties): void {
    const [count, minCount, maxCount] = [pool.count, pool.minCount, pool.maxCount].map(Number) as Three;
    if (pool.count === undefined || (count >= minCount && count <= maxCount)) return;
    throw new AzureError(
        400,
        "InvalidParameter",
        `agentPoolProfile.count was ${count}. It must be greater or equal to minCount:${minCount} and less than or equal to maxCount:${maxCount}.`,
    );
}

/**
 * What a pool shows after a PUT. A count scales also an autoscaled pool (terraform-provider-azurerm#4256), within its
 * bounds; the autoscaler goes on from there.
 */
export function shownOfPool(
    id: string,
    body: Properties,
    existing: AzureResource | undefined,
    azure: FakeAzure,
): Properties {
    const cluster = azure.get(clusterOfPool(id));
    const version = cluster === undefined ? patchOf("") : poolVersion(body, existing, cluster);
    return {
        name: id.split("/").at(-1) ?? "",
        count: countOf(body),
        orchestratorVersion: versionShown(body, existing, cluster) ?? version,
        currentOrchestratorVersion: version,
        nodeImageVersion: "AKSUbuntu-2204gen2containerd-202611.10.0",
    };
}

/** The version as somebody named it, for the pool or for its cluster (terraform-azurerm-avm#267). */
function versionShown(body: Properties, existing: AzureResource | undefined, cluster: AzureResource | undefined) {
    return [body.orchestratorVersion, existing?.shown.orchestratorVersion, cluster?.shown.kubernetesVersion].find(
        (version) => typeof version === "string" && version !== "",
    );
}

function countOf({ enableAutoScaling, count, minCount, maxCount }: Properties): number {
    if (enableAutoScaling !== true) return Number(count);
    return Math.min(Math.max(Number(count ?? minCount), Number(minCount)), Number(maxCount));
}

/**
 * A pool as the cluster's own GET lists it. AKS lists all pools, also those that are resources of their own, by name
 * (terraform-provider-azurerm#3835), with the counts of the moment.
 */
export function profileOf({ shown }: AzureResource): Properties {
    const {
        resourceGroupName: _group,
        resourceName: _cluster,
        agentPoolName,
        currentOrchestratorVersion: _version,
        nodeImageVersion: _image,
        provisioningState: _state,
        azureApiVersion: _api,
        ...profile
    } = shown;
    return { ...profile, name: agentPoolName ?? shown.name };
}
