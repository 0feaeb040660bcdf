import {
    AutoscalerExpander,
    ClusterTier,
    KubeLogin,
    NetworkMode,
    NetworkPolicyEngine,
    NodeOsSku,
    NodeOsUpgradeChannel,
    NodePriority,
    PoolReplacement,
    OutboundType,
    PrivateDnsZone,
    QuotingSource,
    UndrainableNodes,
    UpgradeChannel,
    WeekDay,
} from "./choices";

/** What the arguments of a cluster are where they are left out. */
export const clusterDefaults = {
    quoting: QuotingSource.daemonSets,
    tier: ClusterTier.free,
    upgradeChannel: UpgradeChannel.none,
    nodeOsUpgradeChannel: NodeOsUpgradeChannel.nodeImage,
    allowRetiredSizes: false,
    protect: false,
    /** With `entra`; without it, the credentials of the cluster are used. */
    kubeLogin: KubeLogin.azureCli,
} as const;

/** The system pool. */
export const systemPoolDefaults = {
    /** Sorts before most names: AKS lists pools by name, and azure-native compares lists by position. */
    name: "agentpool",
    vmSize: "Standard_D4s_v5",
    count: 2,
    criticalAddonsOnly: true,
} as const;

/** A pool of its own, with SGX or without. */
export const workerPoolDefaults = {
    count: 1,
    osSku: NodeOsSku.ubuntu,
    priority: NodePriority.regular,
    maxSurge: "1",
    maxUnavailable: "0",
    soakMinutes: 0,
    undrainableNodes: UndrainableNodes.schedule,
    replacement: PoolReplacement.createFirst,
    drainTimeoutMinutes: 30,
} as const;

/** An enclave pool. */
export const enclavePoolDefaults = { ...workerPoolDefaults, taint: false } as const;

/** A pool without SGX. */
export const nodePoolDefaults = { ...workerPoolDefaults, vmSize: "Standard_D4s_v5" } as const;

/** The autoscaler, as AKS has it. */
export const autoscalerDefaults = {
    scaleDownUnneededMinutes: 10,
    scaleDownDelayAfterAddMinutes: 10,
    maxNodeProvisionMinutes: 15,
    maxGracefulTerminationSeconds: 600,
    expander: AutoscalerExpander.random,
} as const;

/** A window for upgrades. */
export const maintenanceWindowDefaults = {
    dayOfWeek: WeekDay.sunday,
    startTime: "01:00",
    durationHours: 4,
    utcOffset: "+00:00",
    everyWeeks: 1,
} as const;

/** The network. */
export const networkDefaults = {
    mode: NetworkMode.auto,
    vnetCidr: "10.224.0.0/16",
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.0.0.0/16",
    networkPolicy: NetworkPolicyEngine.none,
} as const;

/** The way out of the network. */
export const outboundDefaults = { type: OutboundType.loadBalancer, ipCount: 1 } as const;

/** The security settings. What is charged for, or needs another resource or a feature of the subscription, is off. */
export const securityDefaults = {
    encryptionAtHost: false,
    nodeSsh: true,
    nodeResourceGroupLockdown: true,
    azurePolicy: false,
    keyVaultSecretsProvider: false,
} as const;

/** Hours in the body of an image cleaner that is off: AKS's own default. */
export const imageCleanerWeek = 168;

/** Monitoring, where it is asked for. */
export const monitoringDefaults = { prometheus: true, containerInsights: true, auditLogs: true } as const;

/** How long a workspace that the component makes keeps logs. */
export const logsRetentionDays = 30;

/** Bits of the network of the node subnet; in a smaller VNet, the subnet is all of it. */
export const subnetBits = 20;

/** Offset of the DNS service in the range of Service addresses. */
export const dnsServiceOffset = 10;

/** Sign-in with Microsoft Entra ID. */
export const entraDefaults = { azureRbac: false } as const;

/** The API server. */
export const apiServerDefaults = { privateCluster: false, privateDnsZone: PrivateDnsZone.system } as const;
