import type { GetManagedClusterResult } from "@pulumi/azure-native/containerservice";
import { joinPaths, missing, notAllowed, prefixed, when, type Problem } from "../problems";
import { parseKubernetesVersion } from "../sgx";
import { firstMinor } from "../sgx/admission";
import { checkCloud } from "./check-names";
import { checkOsVersion } from "./check-pools";
import { QuotingSource } from "./choices";
import type { ExistingClusterSpec } from "./existing-spec";
import { supportsOverlay } from "./spec-network";
import type { WorkerPoolSpec } from "./spec-pools";

/**
 * What Azure says of a cluster. The mocks of unit tests may answer nothing of it, and in the offline plan each property
 * is a value that equals nothing: neither is a problem.
 */
export type FoundCluster = Partial<GetManagedClusterResult>;

/** Why a cluster that was found cannot have SGX pools, be signed in to, or quote. */
export function checkFound(found: FoundCluster, spec: ExistingClusterSpec): Problem[] {
    return [
        ...checkState(found, joinPaths(spec.namesUnder, "clusterName")),
        ...checkSignIn(found, spec),
        ...(spec.quoting === QuotingSource.daemonSets ? checkDaemonSets(found) : []),
        ...checkPrometheus(found, spec),
        ...spec.enclavePools.flatMap((pool, index) => {
            return prefixed(`enclavePools[${index}]`, [
                ...checkOsVersion(pool, versionOf(found)),
                ...checkSize(found, pool.vmSize),
                ...checkVnet(found, pool),
            ]);
        }),
        ...spec.nodePools.flatMap((pool, index) =>
            prefixed(`nodePools[${index}]`, [...checkOsVersion(pool, versionOf(found)), ...checkVnet(found, pool)]),
        ),
    ];
}

const versionOf = ({ currentKubernetesVersion, kubernetesVersion }: FoundCluster): string | undefined =>
    currentKubernetesVersion ?? kubernetesVersion;

function checkState({ name, location, powerState, provisioningState, sku }: FoundCluster, path: string): Problem[] {
    const stopped = "while the cluster is stopped: AKS takes no pool then, and its API server answers no request";
    const deleted = "while the cluster is being deleted";
    const automatic =
        "for an AKS Automatic cluster: its safeguards deny pods with a hostPath, as the device plugin, AESM and all that attests have one";
    return [
        ...when(powerState?.code === "Stopped", notAllowed(path, name, stopped, "start it with az aks start")),
        ...when(provisioningState === "Deleting", notAllowed(path, name, deleted, "name another cluster")),
        ...checkCloud(path, name, location, "name a cluster in Azure's public cloud"),
        ...when(sku?.name === "Automatic", notAllowed(path, name, automatic, "name a cluster with the SKU Base")),
    ];
}

/**
 * With Entra ID, Azure's kubeconfig calls kubelogin with device code, which waits for a person
 * (https://github.com/Azure/AKS/blob/master/CHANGELOG.md, release 2022-03-27); so it does where local accounts are off.
 */
function checkSignIn(found: FoundCluster, { kubeLogin }: ExistingClusterSpec): Problem[] {
    const { aadProfile, disableLocalAccounts, id } = found;
    const isManaged = aadProfile?.managed === true || typeof aadProfile?.tenantID === "string";
    const hasEntra = isManaged || disableLocalAccounts === true;
    const expected =
        "how Pulumi signs in: the cluster has Microsoft Entra ID, and Azure's own kubeconfig waits for a person who types a code";
    const without = "for a cluster without Microsoft Entra ID: it knows no token of kubelogin";
    return [
        ...when(hasEntra && kubeLogin === undefined, missing("kubeLogin", expected, 'set it, such as to "azurecli"')),
        ...when(
            typeof id === "string" && !hasEntra && kubeLogin !== undefined,
            notAllowed("kubeLogin", kubeLogin?.mode, without, "remove kubeLogin"),
        ),
    ];
}

function checkDaemonSets(found: FoundCluster): Problem[] {
    const [path, value] = ["quoting", QuotingSource.daemonSets];
    const [, addon] =
        Object.entries(found.addonProfiles ?? {}).find(([name]) => name.toLowerCase() === "accsgxdeviceplugin") ?? [];
    const version = parseKubernetesVersion(versionOf(found));
    const twice =
        "while the cluster has the add-on ACCSGXDevicePlugin: two device plugins and two AESMs would be on each node";
    const old = `on Kubernetes ${version?.text}: an admission policy holds the EPC hook to its own node, from 1.${firstMinor.validating} on`;
    return [
        ...when(
            addon?.enabled === true,
            notAllowed(
                path,
                value,
                twice,
                'set quoting to "none" and use the add-on, or switch it off with az aks disable-addons --addons confcom',
            ),
        ),
        ...when(
            version !== undefined && version.minor < firstMinor.validating,
            notAllowed(path, value, old, 'upgrade the cluster, or set quoting to "none"'),
        ),
    ];
}

/** Without it the kinds of its Prometheus never come, for which an update waits a quarter of an hour. */
function checkPrometheus(
    { id, azureMonitorProfile }: FoundCluster,
    { needsPrometheus }: ExistingClusterSpec,
): Problem[] {
    const isOff = typeof id === "string" && azureMonitorProfile?.metrics?.enabled !== true;
    if (!isOff || needsPrometheus === undefined) return [];
    const why = "while the cluster has no managed Prometheus";
    const remedy =
        "switch it on with az aks update --enable-azure-monitor-metrics, or install a Prometheus operator and set that flavour";
    return [notAllowed(needsPrometheus.path, needsPrometheus.value, why, remedy)];
}

function checkSize({ networkProfile }: FoundCluster, vmSize: string): Problem[] {
    const why = "in a cluster with Azure CNI Overlay, which does not support DCsv2";
    return when(
        networkProfile?.networkPluginMode === "overlay" && !supportsOverlay(vmSize),
        notAllowed("vmSize", vmSize, why, "use a DCsv3 size"),
    );
}

/** The VNet of a subnet, in one spelling. */
const vnetOf = (subnetId: string): string => subnetId.toLowerCase().replace(/\/subnets\/.*$/, "");

/** All pools of a cluster are in one VNet (https://learn.microsoft.com/azure/aks/node-pool-unique-subnet). */
function checkVnet({ agentPoolProfiles }: FoundCluster, { subnetId }: WorkerPoolSpec): Problem[] {
    const pools = Array.isArray(agentPoolProfiles) ? agentPoolProfiles : [];
    const vnets = pools.flatMap(({ vnetSubnetID: id }) => (typeof id === "string" ? [vnetOf(id)] : []));
    const isElsewhere = typeof subnetId === "string" && vnets.length > 0 && !vnets.includes(vnetOf(subnetId));
    const why = `in a cluster whose pools are in the VNet ${vnets[0]}`;
    return when(isElsewhere, notAllowed("subnetId", subnetId, why, "name a subnet of that VNet"));
}
