import {
    duplicate,
    flag,
    integerIn,
    invalid,
    matches,
    missing,
    notAllowed,
    oneOf,
    prefixed,
    propertyPath,
    required,
    when,
    type Findings,
    type Problem,
    type Warning,
} from "../problems";
import { checkVmSize, parseKubernetesVersion } from "../sgx";
import type { ConfidentialClusterArgs } from "./args";
import type { EnclavePoolArgs, SystemPoolArgs, WorkerPoolArgs } from "./args-pools";
import { NodeOsSku, NodePriority, PoolReplacement, QuotingSource } from "./choices";
import { checkSubnetId } from "./check-names";
import { checkPlainSize, checkPoolName, checkScale, checkShortPoolName, checkZones } from "./check-scale";
import { checkUpgrade } from "./check-upgrade";
import type { Scale } from "./spec-pools";

const diskSize = (value: unknown): Problem[] => integerIn("osDiskSizeGb", value, 30, 2048);

/** Problems of the system pool. */
export function checkSystemPool(pool: SystemPoolArgs): Problem[] {
    const why = "for the system pool: AKS's own pods would take the EPC of its nodes";
    const remedy = "use a size without SGX, such as Standard_D4s_v5, and list the SGX size under enclavePools";
    return [
        ...checkPoolName(pool.name),
        ...checkScale(pool, 1),
        ...checkZones(pool.availabilityZones),
        ...diskSize(pool.osDiskSizeGb),
        ...checkPlainSize(pool.vmSize, why, remedy),
        ...flag("criticalAddonsOnly", pool.criticalAddonsOnly),
    ];
}

/** What the checks of enclave pools need of the arguments of a cluster, of a new one or of one that exists. */
export interface PoolsOfCluster extends Pick<
    ConfidentialClusterArgs,
    "enclavePools" | "nodePools" | "allowRetiredSizes" | "kubernetesVersion" | "quoting"
> {
    /** Undefined: the cluster exists, and has a system pool that is not known here. */
    systemPoolName: string | undefined;
}

/** Problems and warnings of all enclave pools, each and together. */
export function checkEnclavePools(args: PoolsOfCluster): Findings {
    const pools: unknown = args.enclavePools;
    if (!Array.isArray(pools) || pools.length === 0) {
        const remedy = "add one, for example { name: enclave, vmSize: Standard_DC2s_v3, count: 1 }";
        return { problems: [missing("enclavePools", "at least one pool of SGX nodes", remedy, pools)], warnings: [] };
    }
    const each = args.enclavePools.map((pool, index) => checkEnclavePool(pool, `enclavePools[${index}]`, args));
    return {
        problems: [...each.flatMap(({ problems }) => problems), ...checkNames(args)],
        warnings: each.flatMap(({ warnings }) => warnings),
    };
}

function checkEnclavePool(pool: EnclavePoolArgs, path: string, args: PoolsOfCluster): Findings {
    const allowRetiredSizes = args.allowRetiredSizes === true;
    const size = checkVmSize(pool.vmSize, { allowRetiredSizes, path: `${path}.vmSize` });
    const problems: Problem[] = [
        ...required("name", pool.name, "a name for the pool", "add one, such as enclave"),
        ...when((pool.name as string | undefined) !== "", ...checkShortPoolName(pool.name)),
        ...checkWorkerPool(pool, args),
    ];
    return {
        problems: [...prefixed(path, problems), ...size.problems],
        warnings: [
            ...size.warnings,
            ...checkEmpty(pool, path),
            ...checkLateEpc(pool, path),
            ...checkAddon(pool, path, args),
        ],
    };
}

/** Problems of what enclave pools and pools without SGX have in common. */
export function checkWorkerPool(pool: WorkerPoolArgs & Scale, args: PoolsOfCluster): Problem[] {
    return [
        ...checkScale(pool, 0),
        ...checkZones(pool.availabilityZones),
        ...integerIn("maxPods", pool.maxPods, 10, 250),
        ...diskSize(pool.osDiskSizeGb),
        ...oneOf("osSku", pool.osSku, NodeOsSku),
        ...checkOsVersion(pool, args.kubernetesVersion),
        ...oneOf("priority", pool.priority, NodePriority),
        ...checkUpgrade(pool),
        ...oneOf("replacement", pool.replacement, PoolReplacement),
        ...checkLabels(pool.labels ?? {}),
        ...checkSubnet(pool, args),
    ];
}

/**
 * Kubernetes minor versions that AKS runs on an operating system
 * (https://learn.microsoft.com/azure/aks/upgrade-os-version).
 */
const minorVersions: Partial<Record<string, [number, number]>> = { Ubuntu2204: [25, 36], Ubuntu2404: [32, 38] };

export function checkOsVersion({ osSku }: Pick<EnclavePoolArgs, "osSku">, kubernetesVersion: unknown): Problem[] {
    const version = parseKubernetesVersion(kubernetesVersion);
    const [first, last] = minorVersions[osSku ?? ""] ?? [0, Infinity];
    if (version === undefined || (version.minor >= first && version.minor <= last)) return [];
    const why = `with Kubernetes ${version.text}: AKS has ${String(osSku)} for 1.${first} to 1.${last}`;
    return [notAllowed("osSku", osSku, why, "leave osSku out, or choose another version")];
}

/** A new cluster has one subnet, on which its identity has its rights. */
function checkSubnet({ subnetId }: WorkerPoolArgs, { systemPoolName }: PoolsOfCluster): Problem[] {
    const path = "subnetId";
    if (systemPoolName === undefined) return checkSubnetId(path, subnetId);
    const why = "in a new cluster: all its pools are in one subnet";
    return when(subnetId !== undefined, notAllowed(path, subnetId, why, "set network.subnetId for the whole cluster"));
}

/**
 * A new node is ready before the device plugin has registered its EPC, and the autoscaler believes a ready node
 * (https://github.com/kubernetes/autoscaler/issues/7780).
 */
function checkLateEpc({ minCount, maxCount }: EnclavePoolArgs, path: string): Warning[] {
    if (minCount === undefined || maxCount === undefined || minCount >= maxCount) return [];
    const message =
        "a new node offers EPC a while after it is ready; a pod that waits for EPC may make the autoscaler add one more " +
        "node meanwhile, up to maxCount, which it removes later; startupTaint of the device plugin prevents that";
    return [{ code: "late-epc", path, message }];
}

/**
 * The autoscaler knows a node's extended resources from a node, and an empty pool has none (kubernetes/autoscaler issue
 * 4171).
 */
function checkEmpty(pool: EnclavePoolArgs, path: string): Warning[] {
    if (pool.minCount !== 0 && pool.count !== 0) return [];
    const reason =
        pool.count === 0
            ? "it has no node"
            : "the autoscaler does not see SGX resources of an empty pool, and starts no node for them";
    const message = `workloads do not get a node of this pool by asking for EPC: ${reason}`;
    return [{ code: "scale-from-zero", path, message }];
}

const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const reservedKey = /^([^/]*\.)?(kubernetes\.io|k8s\.io|kubernetes\.azure\.com)\//;

function checkLabels(labels: Record<string, unknown>): Problem[] {
    return Object.entries(labels).flatMap(([key, value]) => {
        const path = propertyPath("labels", key);
        const ownPrefix = "use a prefix of your own";
        if (!labelKey.test(key)) return [invalid(path, key, "a Kubernetes label key", "correct the key")];
        if (reservedKey.test(key)) {
            return [notAllowed(path, key, "with a reserved prefix of Kubernetes or AKS", ownPrefix)];
        }
        if (key.startsWith("confidential-aks/")) {
            return [notAllowed(path, key, "below confidential-aks/: this package sets those itself", ownPrefix)];
        }
        return matches(path, value, labelValue, "a Kubernetes label value, as text", "correct or quote it");
    });
}

function checkNames({ enclavePools, systemPoolName: system }: PoolsOfCluster): Problem[] {
    return enclavePools.flatMap(({ name }, index) => {
        const path = `enclavePools[${index}].name`;
        const first = enclavePools.findIndex((pool) => pool.name === name);
        const remedy = "rename one of the two";
        if (system !== undefined && name === system) return [duplicate(path, name, "by the system pool", remedy)];
        return when(first < index, duplicate(path, name, `by enclavePools[${first}]`, remedy));
    });
}

/** What is known to trouble the AKS add-on's pods (https://github.com/Azure/AKS/issues/2235). */
function checkAddon(pool: EnclavePoolArgs, path: string, args: PoolsOfCluster): Warning[] {
    if (args.quoting !== QuotingSource.addon) return [];
    const reason = pool.taint === true ? "taint" : pool.priority === NodePriority.spot ? "priority" : undefined;
    if (reason === undefined) return [];
    const message = "the AKS add-on's pods are not known to tolerate it; without them the nodes offer no SGX resources";
    return [{ code: "addon-tolerations", path: `${path}.${reason}`, message }];
}
