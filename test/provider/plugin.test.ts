import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withAttestation } from "../../components";
import { failureOf } from "../support/failure";
import { Plugin, ways } from "./plugin";

const token = (name: string) => `confidential-aks:index:${name}`;
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const file = JSON.parse(readFileSync("provider/schema.json", "utf8")) as {
    resources: Record<string, { properties: object }>;
};

describe.each(ways)("the plugin, started %s", (way) => {
    let plugin: Plugin;
    beforeAll(async () => {
        plugin = await Plugin.start(way);
    });
    afterAll(() => {
        plugin.stop();
    });

    test("serves the schema of the file, which Pulumi's own inference would not give", async () => {
        const schema = await plugin.schema();
        expect(schema).toEqual(file);
        expect(schema).toHaveProperty(["functions", token("withAttestation")]);
        expect(await plugin.version()).toBe(version);
    });

    test("gives a component its arguments, and all outputs of the schema back", async () => {
        const inputs = { location: "westeurope", enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }] };
        const { urn, state } = await plugin.construct(token("ConfidentialCluster"), "sgx", inputs);
        expect(urn).toBe("urn:pulumi:stack::project::confidential-aks:index:ConfidentialCluster::sgx");
        const outputs = Object.keys(file.resources[token("ConfidentialCluster")]!.properties);
        // A cluster without managed Prometheus has no workspace.
        const given = outputs.filter((output) => output !== "metricsWorkspaceId");
        expect(Object.keys(state).sort()).toEqual(given.sort());
        expect(plugin.registered.map(({ type }) => type)).toContain("azure-native:containerservice:AgentPool");
    });

    test("says what is wrong with arguments in one message, registers nothing, and works on", async () => {
        const before = plugin.registered.length;
        const bad = plugin.construct(token("SgxQuoteHelper"), "aesm", { image: "", logLevel: "loud" });
        await expect(bad).rejects.toThrow(/2 problems[^]*image[^]*logLevel/);
        await expect(bad).rejects.not.toThrow(/\n\s+at /);
        expect(plugin.printed).toBe("");
        expect(plugin.registered).toHaveLength(before);
    });

    test("makes two components of one name: the engine takes the name of a hook once", async () => {
        const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
        await plugin.construct(token("ConfidentialCluster"), "twin", { location: "westeurope", enclavePools });
        const existing = { resourceGroupName: "team-a", clusterName: "team-a-aks", enclavePools };
        await plugin.construct(token("ExistingCluster"), "twin", existing);
    });

    test("gives the URN of a component back to a component that is deleted with it", async () => {
        const cluster = "urn:pulumi:stack::project::confidential-aks:index:ConfidentialCluster::sgx";
        await plugin.construct(token("SgxDevicePlugin"), "with", {}, { deletedWith: cluster });
        const sets = plugin.registered.filter(({ type, name }) => type.endsWith(":DaemonSet") && name.includes("with"));
        expect(sets.length).toBeGreaterThan(0);
        expect(new Set(sets.map(({ deletedWith }) => deletedWith))).toEqual(new Set([cluster]));
    });

    test("sets workloads up as the library does, and says the same of a wrong one", async () => {
        const spec = { containers: [{ name: "app", image: "example.azurecr.io/app:1.0.0" }] };
        const options = { containers: ["app"], epc: "64Mi" };
        const args = { workload: { spec }, mode: "outOfProcess", ...options };
        const answer = { workload: withAttestation({ spec }, "outOfProcess", options) };
        const done = { value: answer, failures: [] };
        expect(await plugin.invoke(token("withAttestation"), args)).toEqual(done);
        expect(await plugin.invoke(token("withAttestation"), { ...args, ...answer })).toEqual(done);
    });

    test("says the same of a wrong workload and wrong options as the library, without a stack", async () => {
        const workload = { spec: { containers: [{ name: "app", image: "i", env: [{ name: "A", value: 1 }] }] } };
        const options = { containers: ["app", "other"], epc: "64" };
        const message = failureOf(() => withAttestation(workload, "outOfProcess", options)).message;
        const args = { workload, mode: "outOfProcess", ...options };
        const { failures } = await plugin.invoke(token("withAttestation"), args);
        const paths = "containers[1], epc, spec.containers[0].env[0].value";
        expect(failures).toEqual([`${message.replaceAll("options.", "")} (${paths})`]);
        expect(plugin.printed).toBe("");
    });

    test("names what there is where a token is unknown", async () => {
        await expect(plugin.construct(token("SgxPlugin"), "x", {})).rejects.toThrow(/no component .*SgxDevicePlugin/);
        const { failures } = await plugin.invoke(token("attest"), {});
        expect(failures).toEqual([expect.stringMatching(/no function .*withAttestation/)]);
    });
});
