import { describe, expect, test } from "vitest";
import { NodeProof, OpenEnclaveSample, SgxDevicePlugin, SgxQuoteHelper } from "../../components";
import { construct, one, type Constructed } from "../support/construct";
import { failureOf } from "../support/failure";

const image = "r.example/a:1";
const components = [
    ["the device plugin", "DaemonSet", (more = {}, name = "c") => new SgxDevicePlugin(name, more)],
    ["the quote helper", "DaemonSet", (more = {}, name = "c") => new SgxQuoteHelper(name, { image, ...more })],
    ["the proof on every node", "DaemonSet", (more = {}, name = "c") => new NodeProof(name, { image, ...more })],
    ["the sample", ":Job", (more = {}, name = "c") => new OpenEnclaveSample(name, { image, ...more })],
] as const;

interface Policy {
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: {
        podSelector: { matchLabels: Record<string, string> };
        policyTypes: string[];
        ingress?: unknown;
        egress: unknown;
    };
}
const policyOf = (resources: Constructed[]) => one(resources, ":NetworkPolicy").inputs as unknown as Policy;
const port = (number: number, protocol = "TCP") => ({ protocol, port: number });
const names = { ports: [port(53, "UDP"), port(53)] };

describe.each(components)("the NetworkPolicy of %s", (title, workload, make) => {
    test("selects its pods, which are in no network but their own, and is there before them", async () => {
        const resources = await construct("preview", () => make());
        const { inputs, options } = one(resources, workload);
        const { template } = (inputs as { spec: { template: { metadata: { labels: object }; spec: object } } }).spec;
        expect(template.metadata.labels).toMatchObject(policyOf(resources).spec.podSelector.matchLabels);
        expect(template.spec).not.toHaveProperty("hostNetwork");
        expect(options.dependsOn).toContain("c-network");
    });

    const serves = ["the quote helper", "the proof on every node"].includes(title);
    const servesNothing = "refuses every connection to them, and lets them connect to what they need";
    test(serves ? "refuses every connection but to their metrics" : servesNothing, async () => {
        const { policyTypes, ingress, egress } = policyOf(await construct("preview", () => make())).spec;
        expect([policyTypes, ingress]).toEqual([["Ingress", "Egress"], serves ? [{ ports: [port(9464)] }] : undefined]);
        const azureHost = { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [port(80)] };
        expect(egress).toEqual(
            title === "the device plugin"
                ? [names, { ports: [port(443), port(6443)] }]
                : [names, { ports: [port(443)] }, azureHost],
        );
    });

    test("is left out on request, and only by true and false", async () => {
        const resources = await construct("preview", () => make({ networkPolicy: false }));
        expect(resources.filter(({ type }) => type.endsWith(":NetworkPolicy"))).toEqual([]);
        const failure = failureOf(() => make({ networkPolicy: "false" as never }));
        expect(failure.problems.map(({ path }) => path)).toEqual(["networkPolicy"]);
    });
});

test("all of them, and several of a kind, fit into one namespace that is given", async () => {
    const resources = await construct("preview", () => {
        for (const [at, [, , make]] of components.entries()) {
            make({ namespace: "ours" }, `first-${at}`);
            make({ namespace: "ours" }, `second-${at}`);
        }
    });
    const policies = resources.filter(({ type }) => type.endsWith(":NetworkPolicy"));
    const found = policies.map(({ inputs }) => (inputs as unknown as Policy).metadata);
    expect(found).toHaveLength(8);
    for (const { name, namespace, labels } of found) {
        // Pulumi makes one, of which each is another.
        expect(name).toBeUndefined();
        expect(namespace).toBe("ours");
        expect(labels).toMatchObject({ "app.kubernetes.io/part-of": "confidential-aks" });
    }
});

test.each(components)("the namespace made for %s warns and audits by level baseline", async (_, __, make) => {
    const { metadata } = one(await construct("preview", () => make()), ":Namespace").inputs as {
        metadata: { labels: Record<string, string> };
    };
    const security = Object.entries(metadata.labels).filter(([key]) => key.startsWith("pod-security."));
    expect(Object.fromEntries(security.map(([key, value]) => [key.split("/")[1], value]))).toEqual({
        enforce: "privileged",
        audit: "baseline",
        "audit-version": "latest",
        warn: "baseline",
        "warn-version": "latest",
    });
});
