import { describe, expect, it } from "vitest";
import type { PlanResource } from "../../../../plan/model/format.js";
import { accessOf, cluster, ranges, unknown } from "./support.js";

const judged = "; it cannot be judged whether this widens access";

describe("a cluster's API server", () => {
    const shut = cluster({ apiServerAccessProfile: { enablePrivateCluster: true } });
    const open = cluster({});
    const everywhere = "every address on the internet reaches the API server";
    const aad = (...adminGroupObjectIDs: string[]) =>
        cluster({ ...ranges("1.2.3.4").inputs, aadProfile: { managed: true, adminGroupObjectIDs } });
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        [
            "has one more range",
            [ranges("1.2.3.0/24")],
            [ranges("1.2.3.0/24", "9.9.9.9")],
            ["!! more addresses reach the API server: 9.9.9.9"],
        ],
        [
            "has one range less",
            [ranges("1.2.3.0/24", "9.9.9.9")],
            [ranges("1.2.3.0/24")],
            ["these no longer reach all of the API server: 9.9.9.9"],
        ],
        [
            "has a wider range",
            [ranges("1.2.3.0/24")],
            [ranges("1.2.0.0/16")],
            ["!! more addresses reach the API server: 1.2.0.0/16"],
        ],
        [
            "has a narrower range",
            [ranges("1.2.0.0/16")],
            [ranges("1.2.3.4/32")],
            ["these no longer reach all of the API server: 1.2.0.0/16"],
        ],
        ["has its ranges in another order", [ranges("1.2.3.4", "9.9.9.9")], [ranges("9.9.9.9", "1.2.3.4")], []],
        [
            "has a range that cannot be read",
            [ranges("1.2.3.4")],
            [ranges("1.2.3.4", "2001:db8::/32")],
            ["!! more addresses reach the API server: 2001:db8::/32"],
        ],
        ["has no ranges any more", [ranges("1.2.3.0/24")], [open], [`!! ${everywhere}, until now only 1.2.3.0/24`]],
        ["has an empty list", [ranges("1.2.3.0/24")], [ranges()], [`!! ${everywhere}, until now only 1.2.3.0/24`]],
        ["has ranges from now on", [open], [ranges("1.2.3.0/24")], ["only 1.2.3.0/24 reach the API server"]],
        ["becomes public", [shut], [open], [`!! ${everywhere}, until now only the network`]],
        [
            "becomes public for ranges",
            [shut],
            [ranges("1.2.3.0/24")],
            ["!! the API server becomes public, for 1.2.3.0/24"],
        ],
        ["becomes private", [ranges("1.2.3.0/24")], [shut], ["only the network reaches the API server"]],
        [
            "has unknown ranges",
            [ranges("1.2.3.0/24")],
            [cluster({ apiServerAccessProfile: { authorizedIPRanges: unknown } })],
            [`!! who reaches the API server changes, and is not known before the update${judged}`],
        ],
        [
            "has them unknown on both sides",
            [cluster({ apiServerAccessProfile: { authorizedIPRanges: unknown } })],
            [cluster({ apiServerAccessProfile: { authorizedIPRanges: unknown } })],
            [],
        ],
        ["is new and open", [], [open], [`!! a new cluster: ${everywhere}`]],
        ["is new, and not open", [], [ranges("1.2.3.4")], []],
        [
            "has local accounts",
            [cluster({ disableLocalAccounts: true })],
            [open],
            [
                "!! local accounts work: everybody who lists the cluster's credentials is its administrator, past Entra ID",
            ],
        ],
        ["has no local accounts", [open], [cluster({ disableLocalAccounts: true })], ["local accounts no longer work"]],
        [
            "takes commands",
            [cluster({ apiServerAccessProfile: { disableRunCommand: true } })],
            [open],
            ["!! `az aks command invoke` works: it reaches the API server past its network rules"],
        ],
        [
            "takes no commands",
            [open],
            [cluster({ apiServerAccessProfile: { disableRunCommand: true } })],
            ["`az aks command invoke` no longer works"],
        ],
        [
            "has public network access",
            [cluster({ publicNetworkAccess: "Disabled" })],
            [cluster({ publicNetworkAccess: "Enabled" })],
            ["!! public network access is no longer disabled"],
        ],
        ["has one more administrator", [aad("a")], [aad("a", "b")], ["!! group b becomes administrator"]],
        ["has one administrator less", [aad("a", "b")], [aad("a")], ["group b is no administrator any more"]],
        [
            "is not guarded by Entra ID",
            [aad("a")],
            [ranges("1.2.3.4")],
            ["!! Entra ID no longer guards it", "group a is no administrator any more"],
        ],
        [
            "asks for no rights",
            [cluster({ enableRBAC: true })],
            [cluster({ enableRBAC: false })],
            ["!! Kubernetes asks for no rights any more"],
        ],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
    });
});
