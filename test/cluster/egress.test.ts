import { describe, expect, test } from "vitest";
import { ConfidentialCluster, ExistingCluster, type ConfidentialClusterArgs, type EgressRule } from "../../components";
import { constructed, valueOf } from "../support/construct";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w";

const hosts = async (args: Partial<ConfidentialClusterArgs>) => {
    const all = { location: "West Europe", enclavePools, ...args };
    const { result } = await constructed("update", () => new ConfidentialCluster("c", all));
    return ((await valueOf(result.egress)) as EgressRule[]).map(({ host, port }) => `${host}:${port}`);
};

describe("the egress list", () => {
    test("has what AKS, images and quotes need, with the region's name in it", async () => {
        expect(await hosts({})).toEqual(
            expect.arrayContaining([
                "*.hcp.westeurope.azmk8s.io:443",
                "mcr.microsoft.com:443",
                "login.microsoftonline.com:443",
                "security.ubuntu.com:80",
                "*.azurecr.io:443",
                "global.acccache.azure.net:443",
            ]),
        );
    });

    test.each<[what: string, args: Partial<ConfidentialClusterArgs>, host: string]>([
        ["metrics", { monitoring: { containerInsights: false } }, "*.metrics.ingest.monitor.azure.com:443"],
        ["the region of metrics", { monitoring: {} }, "westeurope.handler.control.monitor.azure.com:443"],
        ["logs of containers", { monitoring: { prometheus: false } }, "*.ods.opinsights.azure.com:443"],
        ["Defender", { security: { defenderWorkspaceId: workspace } }, "*.cloud.defender.microsoft.com:443"],
        ["Azure Policy", { security: { azurePolicy: true } }, "data.policy.core.windows.net:443"],
        ["secrets of a vault", { security: { keyVaultSecretsProvider: true } }, "*.vault.azure.net:443"],
    ])("has %s only where it is on", async (_what, args, host) => {
        expect(await hosts(args)).toContain(host);
        expect(await hosts({})).not.toContain(host);
    });

    test("leaves out the public API server of a private cluster, and collateral where nothing makes quotes", async () => {
        expect(await hosts({ apiServer: { privateCluster: true } })).not.toContain("*.hcp.westeurope.azmk8s.io:443");
        expect(await hosts({ quoting: "none" })).not.toContain("global.acccache.azure.net:443");
    });

    test("names each host once", async () => {
        const all = await hosts({ monitoring: {}, security: { defenderWorkspaceId: workspace } });
        expect(all).toEqual([...new Set(all)]);
    });

    test("of an existing cluster has what this package adds", async () => {
        const args = { resourceGroupName: "g", clusterName: "aks", enclavePools };
        const { result } = await constructed("update", () => new ExistingCluster("c", args));
        const rules = (await valueOf(result.egress)) as EgressRule[];
        expect(rules.map(({ host }) => host)).toEqual([
            "*.azurecr.io",
            "*.blob.core.windows.net",
            "global.acccache.azure.net",
        ]);
    });
});
