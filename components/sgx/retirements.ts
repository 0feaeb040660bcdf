/** Something of Azure that is on its way out, with the day and the page that says so. */
export interface Retirement {
    /** Day on which it ends, ISO 8601. Undefined: none is announced. */
    retiresOn?: string;
    /** First day on which subscriptions that are new to it are refused, ISO 8601. */
    closedToNewSubscriptionsFrom?: string;
    /** Azure's announcement. */
    source: string;
}

const sizes = "https://learn.microsoft.com/azure/virtual-machines/sizes";
const aks = "https://learn.microsoft.com/azure/aks";
const v3 = {
    retiresOn: "2029-10-31",
    closedToNewSubscriptionsFrom: "2026-11-01",
    source: `${sizes}/retirement/dcsv3-series-retirement`,
} as const satisfies Retirement;

/** The one table of dates: VM series, and options of AKS that this package offers. */
export const retirements = {
    DCsv2: { retiresOn: "2026-06-30", source: `${sizes}/retirement/dcsv2-series-retirement` },
    DCsv3: v3,
    DCdsv3: v3,
    /** Azure Network Policy Manager on Linux nodes: `networkPolicy: azure`. */
    azureNetworkPolicy: { retiresOn: "2028-09-30", source: `${aks}/use-network-policies` },
    /** Ubuntu 22.04 on nodes: `osSku: Ubuntu2204`. */
    ubuntu2204: { retiresOn: "2027-06-30", source: "https://github.com/Azure/AKS/blob/master/CHANGELOG.md" },
    /** The upgrade channel `node-image`, a name from before the channels of node images. */
    nodeImageChannel: { source: `${aks}/auto-upgrade-cluster` },
    /** The SGX add-on in versions with long-term support, to be confirmed for each. */
    addonInLongTermSupport: { source: `${aks}/long-term-support` },
} as const satisfies Readonly<Record<string, Retirement>>;
