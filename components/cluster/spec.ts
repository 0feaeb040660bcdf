import type * as pulumi from "@pulumi/pulumi";
import {
    checkedShapes,
    notAllowed,
    oneOf,
    prefixed,
    when,
    type Checked,
    type Problem,
    type Warning,
} from "../problems";
import { checkKubernetesVersion, parseKubernetesVersion } from "../sgx";
import { checkResourceGroupName, checkTags } from "../shared/check-place";
import { regionName } from "../shared/region";
import type { ConfidentialClusterArgs } from "./args";
import { ClusterTier, NodeOsUpgradeChannel, QuotingSource, UpgradeChannel } from "./choices";
import { checkAddresses } from "./check-addresses";
import { checkClusterName, checkLocation } from "./check-names";
import { checkNetwork } from "./check-network";
import { checkNodePools } from "./check-node-pools";
import { checkEnclavePools, checkSystemPool } from "./check-pools";
import { clusterDefaults } from "./defaults";
import {
    apiServerSpec,
    checkApiServer,
    checkEntra,
    checkKubeLogin,
    entraSpec,
    kubeLoginSpec,
    type ApiServerSpec,
    type EntraSpec,
} from "./spec-access";
import { retiringOptions } from "./retiring";
import { networkSpec, type NetworkSpec } from "./spec-network";
import { checkMonitoring, monitoringSpec, type MonitoringSpec } from "./spec-monitoring";
import { enclavePoolSpec, nodePoolSpec, systemPoolSpec, type SystemPoolSpec } from "./spec-pools";
import { checkSecurity, poolSecurity, securitySpec, type SecuritySpec } from "./spec-security";
import {
    autoscalerSpec,
    checkAutoscaler,
    checkMaintenance,
    maintenanceAdvice,
    maintenanceSpec,
    type AutoscalerSpec,
    type MaintenanceSpec,
} from "./spec-operations";
import type { SharedClusterSpec } from "./spec-shared";
import { generalPoolAdvice, orderAdvice, systemPoolAdvice } from "./system-pool-advice";

/** What the component makes: the arguments with every default applied. */
export interface ClusterSpec extends SharedClusterSpec {
    cluster: NewClusterSpec;
}

/** A cluster that the component creates. */
export interface NewClusterSpec {
    /** Undefined: a resource group is created. */
    resourceGroupName: pulumi.Input<string> | undefined;
    /** Undefined: Pulumi makes a name. */
    clusterName: pulumi.Input<string> | undefined;
    upgradeChannel: UpgradeChannel;
    nodeOsUpgradeChannel: NodeOsUpgradeChannel;
    tier: ClusterTier;
    /** Undefined: what the options of the component say. */
    protect: true | undefined;
    systemPool: SystemPoolSpec;
    network: NetworkSpec;
    /** Undefined: local accounts. */
    entra: EntraSpec | undefined;
    apiServer: ApiServerSpec;
    security: SecuritySpec;
    monitoring: MonitoringSpec;
    /** Undefined: as AKS has it. */
    autoscaler: AutoscalerSpec | undefined;
    maintenance: MaintenanceSpec;
}

/** The arguments of a cluster with every default applied, what is wrong with them, and what to know about them. */
export function clusterSpec(args: ConfidentialClusterArgs): Checked<ClusterSpec> {
    return checkedShapes(
        args,
        {
            groups: [
                "systemPool",
                "autoscaler",
                "network",
                "entra",
                "apiServer",
                "security",
                "monitoring",
                "maintenance",
            ],
            lists: ["enclavePools", "nodePools"],
        },
        specOf,
    );
}

function specOf(args: ConfidentialClusterArgs): Checked<ClusterSpec> {
    const poolArgs = Array.isArray(args.enclavePools) ? args.enclavePools : [];
    const cluster = newCluster(args);
    const { mode } = cluster.network;
    const ofPools = poolSecurity(cluster.security);
    const kubeLogin = args.kubeLogin ?? (args.entra === undefined ? undefined : clusterDefaults.kubeLogin);
    const spec: ClusterSpec = {
        cluster,
        enclavePools: poolArgs.map((pool) => ({ ...enclavePoolSpec(pool, mode), ...ofPools })),
        nodePools: (Array.isArray(args.nodePools) ? args.nodePools : []).map((pool) => ({
            ...nodePoolSpec(pool, mode),
            ...ofPools,
        })),
        quoting: args.quoting ?? clusterDefaults.quoting,
        kubeLogin: kubeLoginSpec(kubeLogin, args.kubeLoginClientId),
        kubernetesVersion: parseKubernetesVersion(args.kubernetesVersion),
        location: typeof args.location === "string" ? regionName(args.location) : args.location,
        tags: args.tags,
    };
    const context = { ...args, systemPoolName: cluster.systemPool.name };
    const pools = checkEnclavePools(context);
    const systemPool = checkSystemPool(args.systemPool ?? {});
    const nodePools = checkNodePools(context);
    const network = checkNetwork(args.network ?? {}, networkSpec(args.network ?? {}, poolArgs), poolArgs);
    // What nodes take of ranges says nothing where numbers, modes or ranges are wrong themselves.
    const isWrong = [...pools.problems, ...systemPool, ...nodePools, ...network].length > 0;
    const workerPools = [...spec.enclavePools, ...spec.nodePools];
    const addresses = isWrong
        ? { problems: [], warnings: [] }
        : checkAddresses({ ...cluster, workerPools }, args.network ?? {});
    return {
        spec,
        problems: [
            ...pools.problems,
            ...oneOf("quoting", args.quoting, QuotingSource),
            ...oneOf("tier", args.tier, ClusterTier),
            ...oneOf("upgradeChannel", args.upgradeChannel, UpgradeChannel),
            ...oneOf("nodeOsUpgradeChannel", args.nodeOsUpgradeChannel, NodeOsUpgradeChannel),
            ...checkKubeLogin(args, kubeLogin),
            ...checkVersion(args),
            ...checkLocation("location", args.location),
            ...checkResourceGroupName("resourceGroupName", args.resourceGroupName),
            ...checkClusterName("clusterName", args.clusterName),
            ...checkTags("tags", args.tags),
            ...prefixed("systemPool", systemPool),
            ...nodePools,
            ...prefixed("network", network),
            ...addresses.problems,
            ...prefixed("entra", args.entra === undefined ? [] : checkEntra(args.entra)),
            ...prefixed("apiServer", checkApiServer(args.apiServer ?? {})),
            ...prefixed("security", checkSecurity(args.security ?? {})),
            ...prefixed("monitoring", checkMonitoring(args.monitoring ?? {})),
            ...checkLoginOfEntra(args),
            ...checkAutoscaler(args),
            ...checkMaintenance(args.maintenance ?? {}),
        ],
        warnings: [
            ...pools.warnings,
            ...retiringOptions(args),
            ...(isWrong ? [] : poolAdvice(cluster.systemPool, spec)),
            ...addresses.warnings,
            ...maintenanceAdvice(args),
        ],
    };
}

function poolAdvice(system: SystemPoolSpec, { enclavePools, nodePools }: ClusterSpec): Warning[] {
    const others = [...enclavePools, ...nodePools];
    return [...systemPoolAdvice(system), ...generalPoolAdvice(system, others), ...orderAdvice(system, others)];
}

function newCluster(args: ConfidentialClusterArgs): NewClusterSpec {
    const security = securitySpec(args.security ?? {});
    return {
        resourceGroupName: args.resourceGroupName,
        clusterName: args.clusterName,
        upgradeChannel: args.upgradeChannel ?? clusterDefaults.upgradeChannel,
        nodeOsUpgradeChannel: args.nodeOsUpgradeChannel ?? clusterDefaults.nodeOsUpgradeChannel,
        tier: args.tier ?? clusterDefaults.tier,
        protect: args.protect === true ? true : undefined,
        systemPool: { ...systemPoolSpec(args.systemPool ?? {}), ...poolSecurity(security) },
        network: networkSpec(args.network ?? {}, Array.isArray(args.enclavePools) ? args.enclavePools : []),
        entra: args.entra === undefined ? undefined : entraSpec(args.entra),
        apiServer: apiServerSpec(args.apiServer ?? {}),
        security,
        monitoring: monitoringSpec(args.monitoring),
        autoscaler: args.autoscaler === undefined ? undefined : autoscalerSpec(args.autoscaler),
        maintenance: maintenanceSpec(args.maintenance ?? {}),
    };
}

/** The version's form, and that no upgrade channel moves it. */
function checkVersion({ kubernetesVersion: value, upgradeChannel: channel }: ConfidentialClusterArgs): Problem[] {
    const path = "kubernetesVersion";
    const version = parseKubernetesVersion(value);
    if (version === undefined) return checkKubernetesVersion(path, value);
    const isMoved = channel === UpgradeChannel.stable || channel === UpgradeChannel.rapid;
    const why = `with upgradeChannel ${JSON.stringify(channel)}: AKS moves the version, and this one would move it back`;
    const patchWhy = 'with a patch number and upgradeChannel "patch": AKS moves that part';
    return [
        ...when(isMoved, notAllowed(path, value, why, 'remove kubernetesVersion, or use the channel "patch"')),
        ...when(
            channel === UpgradeChannel.patch && version.patch !== undefined,
            notAllowed(path, value, patchWhy, `write "1.${version.minor}"`),
        ),
    ];
}

function checkLoginOfEntra({ kubeLogin, entra }: ConfidentialClusterArgs): Problem[] {
    const why = "without entra: a new cluster with local accounts has no login by kubelogin";
    return when(
        kubeLogin !== undefined && entra === undefined,
        notAllowed("kubeLogin", kubeLogin, why, "add entra, or remove kubeLogin"),
    );
}
