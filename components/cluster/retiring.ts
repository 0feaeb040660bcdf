import type { Warning } from "../problems";
import { retirements, type Retirement } from "../sgx";
import type { ConfidentialClusterArgs } from "./args";
import { ClusterTier, NetworkPolicyEngine, NodeOsSku, QuotingSource, UpgradeChannel } from "./choices";

/** The arguments that may ask for what is on its way out. */
type Options = Pick<
    ConfidentialClusterArgs,
    "enclavePools" | "nodePools" | "network" | "upgradeChannel" | "tier" | "quoting"
>;

/** Warnings on options of AKS that end, each with its date and its source. */
export function retiringOptions({
    enclavePools,
    nodePools,
    network,
    upgradeChannel,
    tier,
    quoting,
}: Options): Warning[] {
    return [
        ...osSkus("enclavePools", enclavePools),
        ...osSkus("nodePools", nodePools),
        ...warning(
            network?.networkPolicy === NetworkPolicyEngine.azure,
            "network.networkPolicy",
            retirements.azureNetworkPolicy,
            (until) => `AKS ends Azure Network Policy Manager on ${until}; cilium and calico stay`,
        ),
        ...warning(
            upgradeChannel === UpgradeChannel.nodeImage,
            "upgradeChannel",
            retirements.nodeImageChannel,
            () => "AKS calls this channel legacy; nodeOsUpgradeChannel: NodeImage does the same without it",
        ),
        ...warning(
            tier === ClusterTier.premium && quoting === QuotingSource.addon,
            "tier",
            retirements.addonInLongTermSupport,
            () => "AKS asks to confirm for each version with long-term support that the SGX add-on is supported there",
        ),
    ];
}

function osSkus(path: string, pools: unknown): Warning[] {
    if (!Array.isArray(pools)) return [];
    return (pools as { osSku?: string }[]).flatMap((pool, index) =>
        warning(
            (pool as { osSku?: string } | undefined)?.osSku === NodeOsSku.ubuntu2204,
            `${path}[${index}].osSku`,
            retirements.ubuntu2204,
            (until) => `AKS supports Ubuntu 22.04 until ${until}; leave osSku out, or name Ubuntu2404`,
        ),
    );
}

function warning(
    isAskedFor: boolean,
    path: string,
    { retiresOn, source }: Retirement,
    say: (until: string) => string,
): Warning[] {
    return isAskedFor ? [{ code: "retiring-option", path, message: `${say(retiresOn ?? "")} (${source})` }] : [];
}
