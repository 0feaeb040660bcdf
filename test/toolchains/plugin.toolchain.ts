import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Plugin, type Way } from "../provider/plugin.js";
import { freshFolder, nodeBinary, sdkVersion, skipped, type NodeChoice, type SdkChoice } from "./fresh.js";

const schema = JSON.parse(readFileSync("provider/schema.json", "utf8")) as unknown;

describe.skipIf(skipped)("the packed package is a plugin for other languages, without a compiler", () => {
    const folders = {} as Record<SdkChoice, string>;
    beforeAll(() => {
        for (const sdk of ["locked", "newest"] as const) folders[sdk] = freshFolder(sdk, []);
    });

    it.each<[NodeChoice, SdkChoice, Way]>([
        [20, "locked", "by PulumiPlugin.yaml"],
        [22, "newest", "as an executable"],
        [26, "newest", "as an executable"],
        [26, "newest", "by PulumiPlugin.yaml"],
    ])("on Node %i with the %s SDK, started %s", async (version, sdk, way) => {
        const modules = path.join(folders[sdk], "node_modules");
        const plugin = await Plugin.start(way, {
            folder: path.join(modules, "confidential-aks"),
            sdk: path.join(modules, "@pulumi/pulumi"),
            node: nodeBinary(version),
        });
        try {
            expect(await plugin.schema(), sdkVersion(sdk)).toEqual(schema);
            const inputs = { location: "westeurope", enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }] };
            await plugin.construct("confidential-aks:index:ConfidentialCluster", "sgx", inputs);
            const types = plugin.registered.map(({ type }) => type);
            expect(types).toContain("azure-native:containerservice:ManagedCluster");
            expect(plugin.printed).toBe("");
        } finally {
            plugin.stop();
        }
    });
});
