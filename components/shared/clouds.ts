/** What differs from one of Azure's clouds to the next. */
export interface Cloud {
    /** How it is called in a sentence. */
    name: string;
    /** What login servers of container registries end with. */
    registrySuffix: string;
}

/**
 * Azure's clouds (https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/cloud.py). Clusters are
 * made in the public cloud only: the hosts of collateral, of egress and of private DNS zones are written for it.
 */
export const clouds = {
    public: { name: "Azure's public cloud", registrySuffix: "azurecr.io" },
    usGovernment: { name: "Azure Government", registrySuffix: "azurecr.us" },
    china: { name: "Azure in China", registrySuffix: "azurecr.cn" },
} as const satisfies Record<string, Cloud>;

/**
 * The cloud of a region, by the region's name: `usgov...` and `usdod...` are regions of Azure Government, `china...` of
 * Azure in China. Without a region it is the public cloud.
 */
export function cloudOf(location: string | undefined): Cloud {
    const region = (location ?? "").toLowerCase().replaceAll(" ", "");
    if (/^us(gov|dod)/.test(region)) return clouds.usGovernment;
    return region.startsWith("china") ? clouds.china : clouds.public;
}
