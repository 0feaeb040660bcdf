import { integerIn, isLate, matches, oneOf, prefixed, type Findings, type Problem, type Warning } from "../problems";
import { checkVmSize } from "../sgx";
import { NodeOsSku, NodePriority, QuotingSource, type ConfidentialClusterArgs, type EnclavePoolArgs } from "./args";
import { checkPoolName, checkScale, checkZones } from "./check-scale";
import { systemPoolDefaults } from "./pools";

/** Problems and warnings of all enclave pools, each and together. */
export function checkEnclavePools(args: ConfidentialClusterArgs): Findings {
    const pools: unknown = args.enclavePools;
    if (!Array.isArray(pools) || pools.length === 0) {
        const problem = {
            path: "enclavePools",
            value: pools,
            expected: "at least one pool of SGX nodes",
            remedy: "add one, for example { name: enclave, vmSize: Standard_DC2s_v3, count: 1 }",
        };
        return { problems: [problem], warnings: [] };
    }
    const each = args.enclavePools.map((pool, index) => checkEnclavePool(pool, index, args));
    return {
        problems: [...each.flatMap(({ problems }) => problems), ...checkNames(args)],
        warnings: each.flatMap(({ warnings }) => warnings),
    };
}

function checkEnclavePool(pool: EnclavePoolArgs, index: number, args: ConfidentialClusterArgs): Findings {
    const path = `enclavePools[${index}]`;
    const size = checkVmSize(pool.vmSize, {
        allowRetiredSizes: args.allowRetiredSizes === true,
        path: `${path}.vmSize`,
    });
    const problems: Problem[] = [
        ...((pool.name as unknown) === undefined || pool.name === ""
            ? [{ path: "name", value: pool.name, expected: "a name for the pool", remedy: "add one, such as enclave" }]
            : checkPoolName(pool.name)),
        ...checkScale(pool, 0),
        ...checkZones(pool.availabilityZones),
        ...integerIn("maxPods", pool.maxPods, 10, 250),
        ...integerIn("osDiskSizeGb", pool.osDiskSizeGb, 30, 2048),
        ...oneOf("osSku", pool.osSku, NodeOsSku),
        ...checkOsVersion(pool, args.kubernetesVersion),
        ...checkSubnet(pool, args),
        ...oneOf("priority", pool.priority, NodePriority),
        ...checkSurge(pool),
        ...checkLabels(pool.labels ?? {}),
    ];
    return {
        problems: [...prefixed(path, problems), ...size.problems],
        warnings: [...size.warnings, ...checkEmpty(pool, path), ...checkAddon(pool, path, args)],
    };
}

/**
 * Kubernetes minor versions that AKS runs on an operating system
 * (https://learn.microsoft.com/azure/aks/upgrade-os-version).
 */
const minorVersions: Partial<Record<string, [number, number]>> = { Ubuntu2204: [25, 36], Ubuntu2404: [32, 38] };

function checkOsVersion({ osSku }: EnclavePoolArgs, kubernetesVersion: unknown): Problem[] {
    const minor = typeof kubernetesVersion === "string" ? Number(kubernetesVersion.split(".")[1]) : NaN;
    const bounds = minorVersions[osSku ?? ""];
    if (bounds === undefined || Number.isNaN(minor) || (minor >= bounds[0] && minor <= bounds[1])) return [];
    const expected = `another one with Kubernetes ${String(kubernetesVersion)}: AKS has ${String(osSku)} for 1.${bounds[0]} to 1.${bounds[1]}`;
    return [{ path: "osSku", value: osSku, expected, remedy: "leave osSku out, or choose another version" }];
}

/** A created cluster has one subnet, on which its identity has its rights. */
function checkSubnet({ subnetId }: EnclavePoolArgs, { existing }: ConfidentialClusterArgs): Problem[] {
    if (subnetId === undefined || existing !== undefined) return [];
    const value = isLate(subnetId) ? "an output" : subnetId;
    const expected = "nothing: only pools of an existing cluster have a subnet of their own";
    return [{ path: "subnetId", value, expected, remedy: "set network.subnetId for the whole cluster" }];
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
    return [
        {
            code: "scale-from-zero",
            path,
            message: `workloads do not get a node of this pool by asking for EPC: ${reason}`,
        },
    ];
}

function checkSurge(pool: EnclavePoolArgs): Problem[] {
    if (pool.maxSurge !== undefined && pool.priority === NodePriority.spot) {
        return [
            {
                path: "maxSurge",
                value: pool.maxSurge,
                expected: "nothing: AKS has no surge for spot pools",
                remedy: "remove maxSurge",
            },
        ];
    }
    return matches(
        "maxSurge",
        pool.maxSurge,
        /^([1-9]\d{0,3}|[1-9]\d?%|100%)$/,
        'a number of nodes or a percentage, as text, such as "1" or "33%"',
        "correct it",
    );
}

const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

function checkLabels(labels: Record<string, unknown>): Problem[] {
    return Object.entries(labels).flatMap(([key, value]) => {
        const path = `labels[${JSON.stringify(key)}]`;
        if (!labelKey.test(key)) {
            return [{ path, value: key, expected: "a Kubernetes label key", remedy: "correct the key" }];
        }
        if (/^([^/]*\.)?(kubernetes\.io|k8s\.io|kubernetes\.azure\.com)\//.test(key)) {
            return [
                {
                    path,
                    value: key,
                    expected: "a key outside the reserved prefixes of Kubernetes and AKS",
                    remedy: "use a prefix of your own",
                },
            ];
        }
        if (key.startsWith("confidential-aks/")) {
            return [
                {
                    path,
                    value: key,
                    expected: "a key outside confidential-aks/, which this package sets itself",
                    remedy: "use a prefix of your own",
                },
            ];
        }
        return matches(path, value, labelValue, "a Kubernetes label value, as text", "correct or quote it");
    });
}

function checkNames(args: ConfidentialClusterArgs): Problem[] {
    const system = args.existing === undefined ? (args.systemPool?.name ?? systemPoolDefaults.name) : undefined;
    return args.enclavePools.flatMap(({ name }, index) => {
        const first = args.enclavePools.findIndex((pool) => pool.name === name);
        const taken = name === system ? "the system pool" : first < index ? `enclavePools[${first}]` : undefined;
        if (taken === undefined) return [];
        return [
            {
                path: `enclavePools[${index}].name`,
                value: name,
                expected: `a name not taken by ${taken}`,
                remedy: "rename one of the two",
            },
        ];
    });
}

/** What is known to trouble the AKS add-on's pods (https://github.com/Azure/AKS/issues/2235). */
function checkAddon(pool: EnclavePoolArgs, path: string, args: ConfidentialClusterArgs): Warning[] {
    if (args.quoting !== QuotingSource.addon) return [];
    const reason = pool.taint === true ? "taint" : pool.priority === NodePriority.spot ? "priority" : undefined;
    if (reason === undefined) return [];
    return [
        {
            code: "addon-tolerations",
            path: `${path}.${reason}`,
            message:
                "the AKS add-on's pods are not known to tolerate it; without them the nodes offer no SGX resources",
        },
    ];
}
