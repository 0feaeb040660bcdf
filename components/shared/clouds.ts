/** What differs from one of Azure's clouds to the next. */
export interface Cloud {
    /** How azure-native's `environment` calls it. */
    name: "public" | "usgovernment" | "china";
    /** What login servers of container registries end with. */
    registrySuffix: string;
    /** Host of Azure Resource Manager. */
    resourceManager: string;
    /** Host that hands out tokens. */
    authority: string;
}

/**
 * Azure's clouds (https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/cloud.py).
 */
export const clouds = {
    public: {
        name: "public",
        registrySuffix: "azurecr.io",
        resourceManager: "management.azure.com",
        authority: "login.microsoftonline.com",
    },
    usGovernment: {
        name: "usgovernment",
        registrySuffix: "azurecr.us",
        resourceManager: "management.usgovcloudapi.net",
        authority: "login.microsoftonline.us",
    },
    china: {
        name: "china",
        registrySuffix: "azurecr.cn",
        resourceManager: "management.chinacloudapi.cn",
        authority: "login.chinacloudapi.cn",
    },
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
