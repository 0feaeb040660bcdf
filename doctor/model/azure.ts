/** Something that Azure was asked and did not answer, such as without a role. */
export interface AzureGap {
    what: "cluster" | "pools" | "skus" | "usages";
    /** The error code of Azure, and the action that is not allowed. */
    detail: string;
}

/** A node pool as Azure has it. */
export interface AzurePool {
    name: string;
    vmSize: string;
    count: number;
    provisioningState: string;
    /** Code of the error that its last change ended with, and codes of its details: `AnError: QuotaExceeded`. */
    error?: string;
    powerState: string;
    autoscaling: boolean;
    maxCount?: number;
    maxSurge?: string;
    maxUnavailable?: string;
    /** `Spot` or `Regular`; absent: regular. */
    priority?: string;
    zones: readonly string[];
}

/** The cluster as Azure has it. */
export interface AzureCluster {
    name: string;
    resourceGroup: string;
    location: string;
    version: string;
    provisioningState: string;
    powerState: string;
    supportPlan?: string;
    outboundType?: string;
    networkPlugin?: string;
    /** The engine for NetworkPolicies; `none`: there is none, so that they do nothing. */
    networkPolicy?: string;
    /** `enabled`: IMDS is closed to pods that are not on the host's network; absent: Azure does not say. */
    imdsRestriction?: string;
    /** The add-on for SGX; absent: off. */
    sgxAddon?: { quoteHelper: boolean };
}

/** A VM size of the catalogue as the subscription may use it in the region. */
export interface AzureSku {
    name: string;
    family: string;
    zones: readonly string[];
    restrictions: readonly { type: string; reasonCode: string; zones: readonly string[] }[];
}

/** vCPUs of a family, or of the region (`cores`). */
export interface AzureUsage {
    name: string;
    localizedName: string;
    used: number;
    limit: number;
}

/** What Azure says about the cluster. */
export interface AzureSnapshot {
    gaps: readonly AzureGap[];
    cluster?: AzureCluster;
    pools: readonly AzurePool[];
    /** Only the sizes of this cluster's pools. */
    skus: readonly AzureSku[];
    usages: readonly AzureUsage[];
}
