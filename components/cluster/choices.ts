/** Where the quoting infrastructure of the cluster comes from: exactly one source, or none. */
export const QuotingSource = {
    /** This package's `SgxDevicePlugin` and `SgxQuoteHelper`. */
    daemonSets: "daemonSets",
    /** The AKS add-on `ACCSGXDevicePlugin` with its quote helper switched on; no DaemonSets of this package. */
    addon: "addon",
    /** Nothing: another program installs it, or no workload attests. */
    none: "none",
} as const;
export type QuotingSource = (typeof QuotingSource)[keyof typeof QuotingSource];

/** How pods get their addresses. */
export const NetworkMode = {
    /** `nodeSubnet` when a pool has a size that Azure CNI Overlay does not support (DCsv2), else `overlay`. */
    auto: "auto",
    /** Azure CNI Overlay: pods live in their own range, nodes in the subnet. Not for DCsv2. */
    overlay: "overlay",
    /** Azure CNI with pod addresses from the node subnet: every pod uses one address of the subnet. */
    nodeSubnet: "nodeSubnet",
} as const;
export type NetworkMode = (typeof NetworkMode)[keyof typeof NetworkMode];

/** The way that the cluster's own connections to the internet take. */
export const OutboundType = {
    /** Through the load balancer of the cluster, with a public address. */
    loadBalancer: "loadBalancer",
    /**
     * Through a NAT gateway: AKS's own where AKS makes the network, else one of this component, or that of your subnet.
     */
    natGateway: "natGateway",
    /** Where the routes of the subnet lead, to a firewall for example: AKS makes no way out. */
    userDefinedRouting: "userDefinedRouting",
} as const;
export type OutboundType = (typeof OutboundType)[keyof typeof OutboundType];

/** Kubernetes network policy engine of the cluster. */
export const NetworkPolicyEngine = {
    /** None: a NetworkPolicy changes nothing. */
    none: "none",
    /** Azure Network Policy Manager, which AKS ends. */
    azure: "azure",
    /** Calico. */
    calico: "calico",
    /** Cilium, which is the data plane of the cluster then. */
    cilium: "cilium",
} as const;
export type NetworkPolicyEngine = (typeof NetworkPolicyEngine)[keyof typeof NetworkPolicyEngine];

/** What Azure may do with a pool's nodes. */
export const NodePriority = {
    /** Nodes stay until you remove them. */
    regular: "Regular",
    /** Cheaper nodes that Azure may take away at any time, with every enclave on them. */
    spot: "Spot",
} as const;
export type NodePriority = (typeof NodePriority)[keyof typeof NodePriority];

/** In which order a pool is replaced, where a change cannot be made on the pool that is there. */
export const PoolReplacement = {
    /**
     * The new pool first, and the old one is drained when its nodes offer the EPC that is in use: both pools are billed
     * meanwhile.
     */
    createFirst: "createFirst",
    /** The old pool first, drained: for a quota that has no room for both. Capacity is gone meanwhile. */
    deleteFirst: "deleteFirst",
} as const;
export type PoolReplacement = (typeof PoolReplacement)[keyof typeof PoolReplacement];

/** Operating system of the enclave nodes. The SGX driver is in the kernel of each of them. */
export const NodeOsSku = {
    /** AKS's default Ubuntu: 22.04 up to Kubernetes 1.34, 24.04 from 1.35 on. */
    ubuntu: "Ubuntu",
    /** Ubuntu 22.04, for Kubernetes 1.25 to 1.36. */
    ubuntu2204: "Ubuntu2204",
    /** Ubuntu 24.04, for Kubernetes 1.32 to 1.38. */
    ubuntu2404: "Ubuntu2404",
} as const;
export type NodeOsSku = (typeof NodeOsSku)[keyof typeof NodeOsSku];

/** Pricing tier of the control plane. */
export const ClusterTier = {
    /** No uptime promise. */
    free: "Free",
    /** With an uptime SLA. */
    standard: "Standard",
    /** Standard, and what AKS asks for before long-term support, which this package does not switch on. */
    premium: "Premium",
} as const;
export type ClusterTier = (typeof ClusterTier)[keyof typeof ClusterTier];

/**
 * Which Kubernetes versions AKS moves the cluster to by itself
 * (https://learn.microsoft.com/azure/aks/auto-upgrade-cluster).
 */
export const UpgradeChannel = {
    /** To none. */
    none: "none",
    /** To the newest patch of the minor version that it has. */
    patch: "patch",
    /** To the newest patch of the minor version before the newest one that AKS supports. */
    stable: "stable",
    /** To the newest patch of the newest minor version that AKS supports. */
    rapid: "rapid",
    /** To none; the nodes get new images. */
    nodeImage: "node-image",
} as const;
export type UpgradeChannel = (typeof UpgradeChannel)[keyof typeof UpgradeChannel];

/** How AKS keeps the operating system of the nodes up to date. */
export const NodeOsUpgradeChannel = {
    /** A new node image every week; nodes are re-imaged one after the other. */
    nodeImage: "NodeImage",
    /** Security fixes of the image only, in place where possible. */
    securityPatch: "SecurityPatch",
    /** Ubuntu's own unattended upgrades. */
    unmanaged: "Unmanaged",
    /** Never by itself: the node image stays what it is. */
    none: "None",
} as const;
export type NodeOsUpgradeChannel = (typeof NodeOsUpgradeChannel)[keyof typeof NodeOsUpgradeChannel];

/**
 * How `kubelogin` gets its token for a cluster with Microsoft Entra ID
 * (https://azure.github.io/kubelogin/concepts/login-modes.html).
 */
export const KubeLogin = {
    /** The account of `az login`; the usual choice on a workstation and after `azure/login` in CI. */
    azureCli: "azurecli",
    /** The account of `azd auth login`. */
    azureDeveloperCli: "azd",
    /** A federated token (`AZURE_FEDERATED_TOKEN_FILE`), as pods with workload identity have. */
    workloadIdentity: "workloadidentity",
    /** The service connection of a task of Azure Pipelines (`AZURESUBSCRIPTION_*`, `SYSTEM_ACCESSTOKEN`). */
    azurePipelines: "azurepipelines",
    /** A service principal from `AAD_SERVICE_PRINCIPAL_*` or `AZURE_CLIENT_*` variables. */
    servicePrincipal: "spn",
    /** The managed identity of the machine that runs Pulumi; one of several by `kubeLoginClientId`. */
    managedIdentity: "msi",
    /** A person signs in with a browser on the machine that runs Pulumi. Waits for ever in CI. */
    interactive: "interactive",
    /** A person types a code into a browser. Waits for ever in CI. */
    deviceCode: "devicecode",
} as const;
export type KubeLogin = (typeof KubeLogin)[keyof typeof KubeLogin];

/** Private DNS zone of a private API server. */
export const PrivateDnsZone = {
    /** One that AKS makes. */
    system: "system",
    /** None: the API server's private address has a public name. */
    none: "none",
} as const;
export type PrivateDnsZone = (typeof PrivateDnsZone)[keyof typeof PrivateDnsZone];

/** What AKS does in an upgrade with a node that cannot be drained, such as one with a budget that forbids evictions. */
export const UndrainableNodes = {
    /** The node takes pods again and is not upgraded; the upgrade fails. */
    schedule: "Schedule",
    /** The node takes no new pods and is not upgraded; a surge node stays in its place, and the upgrade goes on. */
    cordon: "Cordon",
} as const;
export type UndrainableNodes = (typeof UndrainableNodes)[keyof typeof UndrainableNodes];

/**
 * How the cluster autoscaler chooses among pools
 * (https://learn.microsoft.com/azure/aks/cluster-autoscaler#use-the-cluster-autoscaler-profile).
 */
export const AutoscalerExpander = {
    /** By chance. */
    random: "random",
    /** The pool that has the least CPU idle afterwards, then the least memory. */
    leastWaste: "least-waste",
    /** The pool whose new nodes take the most of the waiting pods. */
    mostPods: "most-pods",
    /** By a ConfigMap of yours (https://learn.microsoft.com/azure/aks/cluster-autoscaler-overview). */
    priority: "priority",
} as const;
export type AutoscalerExpander = (typeof AutoscalerExpander)[keyof typeof AutoscalerExpander];

/** A day of the week. */
export const WeekDay = {
    /** Monday. */
    monday: "Monday",
    /** Tuesday. */
    tuesday: "Tuesday",
    /** Wednesday. */
    wednesday: "Wednesday",
    /** Thursday. */
    thursday: "Thursday",
    /** Friday. */
    friday: "Friday",
    /** Saturday. */
    saturday: "Saturday",
    /** Sunday. */
    sunday: "Sunday",
} as const;
export type WeekDay = (typeof WeekDay)[keyof typeof WeekDay];
