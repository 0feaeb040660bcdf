import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SIGNATURE_KEY, UNKNOWN } from "../../plan/model/wire";
import { knownArguments } from "../../provider/arguments";
import type { Property } from "../../provider/described";
import { Plugin } from "./plugin";

const schema = JSON.parse(readFileSync("provider/schema.json", "utf8")) as {
    resources: Record<string, { inputProperties: Record<string, Property> }>;
};
const cluster = schema.resources["confidential-aks:index:ConfidentialCluster"]!.inputProperties;

const source = new pulumi.DependencyResource("urn:pulumi:s::p::t::source");
const other = new pulumi.DependencyResource("urn:pulumi:s::p::t::other");

/** An output as the SDK makes it from what the engine sends. */
function outputOf(value: unknown, { from = source, isKnown = true, isSecret = false } = {}): pulumi.Output<unknown> {
    const Output = pulumi.Output as unknown as new (...parts: unknown[]) => pulumi.Output<unknown>;
    const resources = new Set([from]);
    const later = <T>(part: T) => Promise.resolve(part);
    return new Output(resources, later(value), later(isKnown), later(isSecret), later(resources));
}
const known = (inputs: pulumi.Inputs, properties = cluster) => knownArguments(inputs, properties);

describe("arguments that take plain values", () => {
    test("get the values of outputs, at any depth, and what those depend on", async () => {
        const { args, dependencies } = await known({
            tier: outputOf("Standard"),
            enclavePools: [
                { name: "a", vmSize: outputOf("Standard_DC2s_v3"), labels: { team: outputOf("b", { from: other }) } },
                outputOf({ name: "c", vmSize: outputOf("Standard_DC4s_v3"), count: 2 }),
            ],
            network: outputOf({ mode: "overlay" }),
        });
        expect(args).toEqual({
            tier: "Standard",
            enclavePools: [
                { name: "a", vmSize: "Standard_DC2s_v3", labels: { team: "b" } },
                { name: "c", vmSize: "Standard_DC4s_v3", count: 2 },
            ],
            network: { mode: "overlay" },
        });
        expect(new Set(dependencies)).toEqual(new Set([source, other]));
    });

    test.each([
        ["unknown", { isKnown: false }],
        ["a secret", { isSecret: true }],
    ])("keep an output that is %s, for the component to refuse", async (_what, how) => {
        const output = outputOf("Standard", how);
        const { args, dependencies } = await known({ tier: output, enclavePools: [{ name: output }] });
        expect(args.tier).toBe(output);
        expect((args.enclavePools as { name: unknown }[])[0]!.name).toBe(output);
        expect(dependencies).toEqual([]);
    });

    test("are the same where nothing is an output", async () => {
        const inputs = { tier: "Free", enclavePools: [{ name: "a", count: 0, taint: false }], nodePools: [] };
        expect(await known(inputs)).toEqual({ args: inputs, dependencies: [] });
    });
});

describe("arguments that may be outputs", () => {
    test("stay outputs, beside plain ones and inside of them", async () => {
        const [location, subnetId, tag] = [outputOf("westeurope"), outputOf("id"), outputOf("b")];
        const { args, dependencies } = await known({ location, network: { subnetId, mode: "overlay" }, tags: { tag } });
        expect(args.location).toBe(location);
        expect((args.network as { subnetId: unknown }).subnetId).toBe(subnetId);
        expect((args.tags as { tag: unknown }).tag).toBe(tag);
        expect(dependencies).toEqual([]);
    });

    test("stay as they are where the schema knows nothing of them, or they are resources or assets", async () => {
        const asset = new pulumi.asset.StringAsset("text");
        const inputs = { unheardOf: outputOf("x"), tier: asset, network: source };
        const { args } = await known(inputs);
        for (const key of ["unheardOf", "tier", "network"] as const) expect(args[key]).toBe(inputs[key]);
    });
});

describe("through the plugin", () => {
    const token = "confidential-aks:index:ConfidentialCluster";
    const output = { [SIGNATURE_KEY]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    const pools = (vmSize: unknown) => ({ enclavePools: [{ name: "enclave", vmSize }] });
    let plugin: Plugin;
    beforeAll(async () => {
        plugin = await Plugin.start("as an executable");
    });
    afterAll(() => {
        plugin.stop();
    });

    test("a known output counts as its value, and the component depends on where it comes from", async () => {
        const from = "urn:pulumi:stack::project::kubernetes:core/v1:ConfigMap::sizes";
        const vmSize = { ...output, value: "Standard_DC2s_v3", dependencies: [from] };
        await plugin.construct(token, "known", pools(vmSize));
        const component = plugin.registered.find(({ type }) => type === token);
        expect(component?.dependencies).toContain(from);
    });

    test.each([
        ["unknown", UNKNOWN],
        ["secret", { ...output, value: "Standard_DC2s_v3", secret: true }],
    ])("one that is %s is refused, with what to do in any language", async (name, vmSize) => {
        const refusal = plugin.construct(token, name, pools(vmSize));
        await expect(refusal).rejects.toThrow(
            /1 problem in cluster "\w+"; nothing was created\.\n {2}enclavePools\[0\]\.vmSize = \(a value that is known later\)\n {4}expected: .*\n {4}fix: write the value itself, or read it from the configuration/,
        );
    });
});
