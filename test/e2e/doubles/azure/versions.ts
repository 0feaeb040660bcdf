import { at, textAt, type Properties, type Value } from "../values.js";
import { AzureError, type AzureResource, type FakeAzure } from "./azure.js";

/** The Kubernetes version that a minor version stands for; the newest one where none is given. */
export function patchOf(version: string): string {
    if (version === "") return "1.36.2";
    return version.split(".").length === 2 ? `${version}.2` : version;
}

/** The version after an update that names one: a minor version that is there already is none. */
export function versionAfter(named: string, before: Value | undefined): string {
    const isMinor = named.split(".").length === 2;
    return typeof before === "string" && isMinor && before.startsWith(`${named}.`) ? before : patchOf(named);
}

const minorOf = (version: string) => Number(version.split(".")[1]);

function hasChannel(body: Properties): boolean {
    return !["", "none"].includes(textAt(body, "autoUpgradeProfile.upgradeChannel"));
}

const allOrNone =
    "Using managed cluster api, all Agent pools' OrchestratorVersion must be all specified or all unspecified. If all specified, they must be stay unchanged or the same with control plane.";

/**
 * An update of the cluster with its pools in the body. A pool that is left out, or whose version is, keeps its version
 * (AKS CHANGELOG 2022-03-27); naming some pools' versions and not all is refused (Azure/AKS#4765); with an upgrade
 * channel, the control plane is not upgraded alone (AKS docs, `auto-upgrade-cluster.md`).
 */
export function checkClusterVersion(
    existing: AzureResource,
    body: Properties,
    inline: readonly Properties[],
    pools: readonly AzureResource[],
): void {
    const from = textAt(existing.shown, "currentKubernetesVersion");
    const to = versionAfter(textAt(body, "kubernetesVersion"), from);
    const named = inline.filter((pool) => textAt(pool, "orchestratorVersion") !== "");
    if (named.length > 0 && named.length < pools.length) {
        throw new AzureError(400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", allOrNone);
    }
    if (textAt(body, "kubernetesVersion") === "" || from === to) return;
    if (named.length === 0 && (hasChannel(existing.shown) || hasChannel(body))) {
        throw new AzureError(400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", allOrNone);
    }
    // The status is not in Microsoft's article on this error.
    if (minorOf(to) > minorOf(from) + 1 || minorOf(to) < minorOf(from)) {
        throw new AzureError(
            409,
            "OperationNotAllowed",
            `Upgrading Kubernetes version ${from} to ${to} is not allowed.`,
        );
    }
    for (const pool of pools) checkSkew(textAt(pool.shown, "currentOrchestratorVersion"), to);
}

/** Microsoft's article on `NodePoolMcVersionIncompatible`: not above the control plane, three minor versions behind. */
export function checkSkew(pool: string, controlPlane: string): void {
    const behind = minorOf(controlPlane) - minorOf(pool);
    const patchAbove = behind === 0 && Number(pool.split(".")[2]) > Number(controlPlane.split(".")[2]);
    if (behind >= 0 && behind <= 3 && !patchAbove) return;
    throw new AzureError(
        400,
        "NodePoolMcVersionIncompatible",
        `Node pool version ${pool} and control plane version ${controlPlane} are incompatible.`,
    );
}

/** The version of a pool's nodes after a PUT of it. */
export function poolVersion(body: Properties, existing: AzureResource | undefined, cluster: AzureResource): string {
    const named = textAt(body, "orchestratorVersion");
    const kept = at(existing?.shown ?? {}, "currentOrchestratorVersion");
    if (named !== "") return versionAfter(named, kept);
    return typeof kept === "string" ? kept : textAt(cluster.shown, "currentKubernetesVersion");
}

/** AKS upgrades a cluster and its pools to another patch by itself, and shows it in full (Azure/AKS#3573). */
export function installPatch(cluster: string, version: string, azure: FakeAzure): void {
    azure.edit(cluster, (shown) => {
        Object.assign(shown, { kubernetesVersion: version, currentKubernetesVersion: version });
    });
    for (const { id } of azure.poolsOf(cluster)) {
        azure.edit(id, (shown) => {
            Object.assign(shown, { orchestratorVersion: version, currentOrchestratorVersion: version });
        });
    }
}
