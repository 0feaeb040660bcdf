import * as pulumi from "@pulumi/pulumi";
import { integerIn, isLate, matches, oneOf, prefixed, required, type Findings, type Problem } from "../problems";
import { sgxVmSizes } from "../sgx";
import {
    ClusterTier,
    KubeLogin,
    NodeOsUpgradeChannel,
    NodePriority,
    PrivateDnsZone,
    QuotingSource,
    UpgradeChannel,
    type ApiServerArgs,
    type ConfidentialClusterArgs,
    type EntraArgs,
    type SystemPoolArgs,
} from "./args";
import { checkAddresses } from "./check-addresses";
import { checkNetwork } from "./check-network";
import { checkEnclavePools } from "./check-pools";
import { checkPoolName, checkScale, checkZones } from "./check-scale";
import { asRange, checkCidr } from "./cidr";

/** Arguments that shape a cluster, and so make no sense for one that exists. */
const shapesCluster = [
    "location",
    "resourceGroupName",
    "clusterName",
    "kubernetesVersion",
    "upgradeChannel",
    "nodeOsUpgradeChannel",
    "tier",
    "systemPool",
    "network",
    "entra",
    "apiServer",
    "protect",
] as const;

/** Everything that can be wrong with the arguments of a cluster, and what its owner should know. */
export function checkCluster(args: ConfidentialClusterArgs): Findings {
    const pools = checkEnclavePools(args);
    const systemPool = checkSystemPool(args.systemPool ?? {});
    const network = checkNetwork(args.network ?? {}, args.enclavePools);
    // What nodes take of ranges says nothing where numbers, modes or ranges are wrong themselves.
    const isWrong = [...pools.problems, ...systemPool, ...network].length > 0;
    const addresses = isWrong ? { problems: [], warnings: [] } : checkAddresses(args);
    return {
        problems: [
            ...pools.problems,
            ...oneOf("quoting", args.quoting, QuotingSource),
            ...oneOf("tier", args.tier, ClusterTier),
            ...oneOf("upgradeChannel", args.upgradeChannel, UpgradeChannel),
            ...oneOf("nodeOsUpgradeChannel", args.nodeOsUpgradeChannel, NodeOsUpgradeChannel),
            ...oneOf("kubeLogin", args.kubeLogin, KubeLogin),
            ...checkVersion(args),
            ...checkAzureNames(args),
            ...prefixed("systemPool", systemPool),
            ...prefixed("network", network),
            ...addresses.problems,
            ...prefixed("entra", checkEntra(args.entra)),
            ...prefixed("apiServer", checkApiServer(args.apiServer ?? {})),
            ...checkExisting(args),
        ],
        warnings: [...pools.warnings, ...addresses.warnings],
    };
}

/** The version's form, and that nobody else moves it. */
function checkVersion({ kubernetesVersion: value, upgradeChannel }: ConfidentialClusterArgs): Problem[] {
    const path = "kubernetesVersion";
    const formal = matches(
        path,
        value,
        /^1\.\d{2}(\.\d{1,2})?$/,
        "a Kubernetes version as AKS names it, such as 1.36 or 1.36.2",
        "quote it in YAML, so that 1.30 does not become the number 1.3",
    );
    if (formal.length > 0 || value === undefined) return formal;
    if (upgradeChannel === UpgradeChannel.stable || upgradeChannel === UpgradeChannel.rapid) {
        const expected = `nothing with upgradeChannel ${JSON.stringify(upgradeChannel)}: AKS moves the version, and this one would move it back`;
        return [{ path, value, expected, remedy: 'remove kubernetesVersion, or use the channel "patch"' }];
    }
    if (upgradeChannel === UpgradeChannel.patch && value.split(".").length > 2) {
        const expected = 'a version without patch number with upgradeChannel "patch": AKS moves that part';
        return [{ path, value, expected, remedy: `write ${JSON.stringify(value.replace(/\.\d+$/, ""))}` }];
    }
    return [];
}

/** Names of Azure, and tags, whose mistakes Azure would only tell after minutes. */
function checkAzureNames(args: ConfidentialClusterArgs): Problem[] {
    const known = (value: unknown) => (isLate(value) ? undefined : value);
    return [
        ...matches(
            "location",
            known(args.location),
            /^[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*$/,
            "an Azure region, such as westeurope",
            "az account list-locations --query [].name prints their names",
        ),
        ...matches(
            "resourceGroupName",
            known(args.resourceGroupName),
            /^[-\w().]{0,89}[-\w()]$/,
            "1-90 letters, digits, dashes, underscores, dots and parentheses, without a dot at the end",
            "use the group's name, not its id",
        ),
        ...matches(
            "clusterName",
            known(args.clusterName),
            /^[A-Za-z0-9]([-\w]{0,61}[A-Za-z0-9])?$/,
            "1-63 letters, digits, dashes and underscores, with a letter or digit at both ends",
            "choose a name of that form",
        ),
        ...Object.keys(args.tags ?? {}).flatMap((key) =>
            matches(
                `tags[${JSON.stringify(key)}]`,
                key,
                /^[^<>%&\\?/]{1,512}$/,
                "a tag name without < > % & \\ ? /",
                "rename it",
            ),
        ),
    ];
}

function checkSystemPool(pool: SystemPoolArgs): Problem[] {
    const { vmSize } = pool;
    const sgx = sgxVmSizes.find(({ name }) => name.toLowerCase() === String(vmSize).toLowerCase());
    return [
        ...checkPoolName(pool.name),
        ...checkScale(pool, 1),
        ...checkZones(pool.availabilityZones),
        ...integerIn("osDiskSizeGb", pool.osDiskSizeGb, 30, 2048),
        ...matches(
            "vmSize",
            pool.vmSize,
            /^Standard_[A-Za-z0-9_-]+$/,
            "a VM size such as Standard_D2s_v5",
            "use Azure's spelling",
        ),
        ...(sgx === undefined
            ? []
            : [
                  {
                      path: "vmSize",
                      value: pool.vmSize,
                      expected: "a size without SGX: AKS's own pods would take EPC nodes",
                      remedy: "use an ordinary size such as Standard_D2s_v5, and list the SGX size under enclavePools",
                  },
              ]),
        ...(pool.priority === undefined || pool.priority === NodePriority.regular
            ? []
            : [
                  {
                      path: "priority",
                      value: pool.priority,
                      expected: '"Regular": AKS has no spot system pools',
                      remedy: "leave priority out here; enclave pools may be Spot",
                  },
              ]),
    ];
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function checkEntra(entra: EntraArgs | undefined): Problem[] {
    if (entra === undefined) return [];
    const groups = entra.adminGroupObjectIds ?? [];
    return [
        ...groups.flatMap((id, index) =>
            matches(
                `adminGroupObjectIds[${index}]`,
                id,
                guid,
                "the object id (a GUID) of a group",
                "copy the group's object id, not its name",
            ),
        ),
        ...matches("tenantId", entra.tenantId, guid, "a tenant id (a GUID)", "copy the tenant's id, not its domain"),
        ...(groups.length > 0 || entra.azureRbac === true
            ? []
            : [
                  {
                      path: "adminGroupObjectIds",
                      value: entra.adminGroupObjectIds,
                      expected:
                          "at least one group: local accounts are off with Entra ID, nobody could administer the cluster",
                      remedy: "name a group, or set azureRbac: true and assign Azure roles",
                  },
              ]),
    ];
}

function checkApiServer(apiServer: ApiServerArgs): Problem[] {
    const { authorizedIpRanges: ranges, privateCluster, privateDnsZone } = apiServer;
    const problems = [
        ...(ranges ?? []).flatMap((range, index) => checkCidr(`authorizedIpRanges[${index}]`, asRange(range))),
        ...oneOf("privateDnsZone", privateDnsZone, PrivateDnsZone),
    ];
    if (ranges?.length === 0) {
        problems.push({
            path: "authorizedIpRanges",
            value: ranges,
            expected: "at least one range: AKS takes an empty list for no restriction",
            remedy: "name the ranges, or remove authorizedIpRanges",
        });
    }
    if (ranges !== undefined && privateCluster === true) {
        problems.push({
            path: "authorizedIpRanges",
            value: ranges,
            expected: "ranges for a public API server, or privateCluster: true; AKS refuses both",
            remedy: "remove one of the two",
        });
    }
    if (privateDnsZone !== undefined && privateCluster !== true) {
        problems.push({
            path: "privateDnsZone",
            value: privateDnsZone,
            expected: "a zone only together with privateCluster: true",
            remedy: "set privateCluster: true or remove privateDnsZone",
        });
    }
    return problems;
}

function checkExisting(args: ConfidentialClusterArgs): Problem[] {
    const { existing } = args;
    if (existing === undefined) {
        if (args.kubeLogin === undefined || args.entra !== undefined) return [];
        return [
            {
                path: "kubeLogin",
                value: args.kubeLogin,
                expected: "only with entra (or for an existing cluster with Entra ID)",
                remedy: "add entra, or remove kubeLogin",
            },
        ];
    }
    const shaped = shapesCluster.filter((key) => args[key] !== undefined && args[key] !== false);
    return [
        ...required(
            "existing.resourceGroupName",
            existing.resourceGroupName,
            "the resource group of the cluster",
            "name it",
        ),
        ...required("existing.clusterName", existing.clusterName, "the name of the cluster", "name it"),
        ...shaped.map((key) => ({
            path: key,
            value: pulumi.Output.isInstance(args[key]) ? "an output" : args[key],
            expected: "nothing: it shapes a cluster, and existing names one that is there",
            remedy: `remove ${key}, or remove existing to create a cluster`,
        })),
        ...(args.quoting === QuotingSource.addon
            ? [
                  {
                      path: "quoting",
                      value: args.quoting,
                      expected:
                          '"daemonSets" or "none": add-ons belong to the cluster, which this program does not own',
                      remedy: 'where the add-on runs with its quote helper, set "none"; elsewhere "daemonSets"',
                  },
              ]
            : []),
    ];
}
