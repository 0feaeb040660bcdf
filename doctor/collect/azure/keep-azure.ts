import type { AzureCluster, AzurePool, AzureSku, AzureUsage } from "../../model/azure.js";
import { flag, itemsOf, number, text, texts, under, type Raw } from "../keep/shape.js";

/** Key of the SGX add-on in `addonProfiles`; read without regard to case, as Azure's own command line does. */
const addonKey = "accsgxdeviceplugin";

/** What is kept of a managed cluster (API of Microsoft.ContainerService/managedClusters). */
export function keepCluster(raw: Raw, resourceGroup: string): AzureCluster {
    const properties = under(raw, "properties");
    const network = under(properties, "networkProfile");
    return {
        name: text(raw.name) ?? "",
        resourceGroup,
        location: text(raw.location) ?? "",
        version: text(properties.currentKubernetesVersion) ?? text(properties.kubernetesVersion) ?? "",
        provisioningState: text(properties.provisioningState) ?? "",
        powerState: text(under(properties, "powerState").code) ?? "Running",
        ...optional({
            supportPlan: text(properties.supportPlan),
            outboundType: text(network.outboundType),
            networkPlugin: text(network.networkPlugin),
            networkPolicy: text(network.networkPolicy),
            imdsRestriction: imdsOf(network),
            sgxAddon: addonOf(under(properties, "addonProfiles")),
        }),
    };
}

/** `podLinkLocalAccess: None` closes IMDS to pods that are not on the host's network. */
function imdsOf(network: Raw): string | undefined {
    const access = text(network.podLinkLocalAccess);
    return access === undefined ? undefined : access === "None" ? "enabled" : "disabled";
}

function addonOf(profiles: Raw): AzureCluster["sgxAddon"] {
    const key = Object.keys(profiles).find((each) => each.toLowerCase() === addonKey);
    const profile = key === undefined ? {} : under(profiles, key);
    if (profile.enabled !== true) return undefined;
    const helper = text(under(profile, "config").ACCSGXQuoteHelperEnabled);
    return { quoteHelper: helper !== undefined && helper.toLowerCase() !== "false" };
}

/** What is kept of a node pool (managedClusters/agentPools). */
export function keepPool(raw: Raw): AzurePool {
    const properties = under(raw, "properties");
    const upgrade = under(properties, "upgradeSettings");
    return {
        name: text(raw.name) ?? "",
        vmSize: text(properties.vmSize) ?? "",
        count: number(properties.count) ?? 0,
        provisioningState: text(properties.provisioningState) ?? "",
        powerState: text(under(properties, "powerState").code) ?? "Running",
        autoscaling: flag(properties.enableAutoScaling) ?? false,
        zones: texts(properties.availabilityZones) ?? [],
        ...optional({
            maxCount: number(properties.maxCount),
            maxSurge: text(upgrade.maxSurge),
            maxUnavailable: text(upgrade.maxUnavailable),
            error: codesOf(under(under(properties, "status"), "provisioningError")),
            priority: text(properties.scaleSetPriority),
        }),
    };
}

/**
 * The code of an error and those of its details, which often say more: of a template that is not valid, that the quota
 * is exceeded (https://github.com/MicrosoftDocs/azure-docs/issues/62378). Messages name people and are left out.
 */
function codesOf(error: Raw): string | undefined {
    const codes = [error, ...itemsOf(error, "details")].map(({ code }) => text(code) ?? "");
    return text([...new Set(codes)].filter((code) => /^\w{1,60}$/.test(code)).join(": "));
}

/** What is kept of a VM size in a region (Microsoft.Compute/skus). */
export function keepSku(raw: Raw, location: string): AzureSku {
    const here = itemsOf(raw, "locationInfo").find((info) => isSame(text(info.location), location)) ?? {};
    return {
        name: text(raw.name) ?? "",
        family: text(raw.family) ?? "",
        zones: [...(texts(here.zones) ?? [])].sort(),
        restrictions: itemsOf(raw, "restrictions").map((each) => ({
            type: text(each.type) ?? "",
            reasonCode: text(each.reasonCode) ?? "",
            zones: texts(under(each, "restrictionInfo").zones) ?? [],
        })),
    };
}

/** What is kept of a quota (Microsoft.Compute/locations/usages). */
export function keepUsage(raw: Raw): AzureUsage {
    const name = under(raw, "name");
    return {
        name: text(name.value) ?? "",
        localizedName: text(name.localizedValue) ?? "",
        used: number(raw.currentValue) ?? 0,
        limit: number(raw.limit) ?? 0,
    };
}

export function isSame(one: string | undefined, other: string): boolean {
    return one?.toLowerCase() === other.toLowerCase();
}

type Optional<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without what is undefined. */
function optional<T extends object>(values: T): Optional<T> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Optional<T>;
}
