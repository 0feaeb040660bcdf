import { describe, expect, it } from "vitest";
import { livePart, named, objectDiff, providerDiff } from "../e2e/doubles/kubernetes/rules.js";
import { readiness } from "../e2e/doubles/kubernetes/ready.js";
import { UNKNOWN } from "../e2e/doubles/values.js";

const kubeconfig = (server: string, user = "admin") =>
    JSON.stringify({
        clusters: [{ name: "aks", cluster: { server } }],
        contexts: [{ name: "aks", context: { cluster: "aks", user } }],
        users: [{ name: user, user: {} }],
        "current-context": "aks",
    });

// Seen with the real provider (CLI 3.259, provider of mid-2026): which provider resource is replaced.
describe("the Kubernetes double: another cluster, or the same", () => {
    const here = kubeconfig("https://a");
    it.each([
        [
            "an unknown kubeconfig, the same identifier",
            { kubeconfig: here, clusterIdentifier: "1" },
            { kubeconfig: UNKNOWN, clusterIdentifier: "1" },
            false,
        ],
        ["an unknown kubeconfig, no identifier", { kubeconfig: here }, { kubeconfig: UNKNOWN }, true],
        [
            "an unknown kubeconfig, another identifier",
            { kubeconfig: here, clusterIdentifier: "1" },
            { kubeconfig: UNKNOWN, clusterIdentifier: "2" },
            true,
        ],
        [
            "an unknown kubeconfig, the identifier removed",
            { kubeconfig: here, clusterIdentifier: "1" },
            { kubeconfig: UNKNOWN },
            true,
        ],
        [
            "an identifier that is not known yet",
            { kubeconfig: here, clusterIdentifier: "1" },
            { kubeconfig: here, clusterIdentifier: UNKNOWN },
            true,
        ],
        [
            "another server, the same identifier",
            { kubeconfig: here, clusterIdentifier: "1" },
            { kubeconfig: kubeconfig("https://b"), clusterIdentifier: "1" },
            false,
        ],
        ["another server, no identifier", { kubeconfig: here }, { kubeconfig: kubeconfig("https://b") }, true],
        [
            "another user on the same server, no identifier",
            { kubeconfig: here },
            { kubeconfig: kubeconfig("https://a", "other") },
            false,
        ],
        ["an identifier added", { kubeconfig: here }, { kubeconfig: here, clusterIdentifier: "1" }, false],
        [
            "nothing changed",
            { kubeconfig: here, clusterIdentifier: "1" },
            { kubeconfig: here, clusterIdentifier: "1" },
            false,
        ],
    ])("%s", (_, before, after, replaced) => {
        expect(providerDiff(before, after).replaces.length > 0).toBe(replaced);
    });
});

describe("the Kubernetes double: objects", () => {
    const job = (image: string, name: string) => ({
        kind: "Job",
        metadata: { name, annotations: { "pulumi.com/autonamed": "true" } },
        spec: { backoffLimit: 3, template: { spec: { containers: [{ name: "app", image }] } } },
    });

    it("another pod template is another Job, made before the old one goes", () => {
        const answer = objectDiff("kubernetes:batch/v1:Job", job("a", "j-1"), job("b", "j-1"));
        expect(answer.replaces).toEqual(["spec.template.spec.containers[0].image"]);
        expect(answer.deleteBeforeReplace).toBe(false);
    });

    it("another pod template is an update of a DaemonSet; another selector is another DaemonSet, the old one first", () => {
        const set = (image: string, app: string) => ({
            metadata: { name: "aesm", namespace: "sgx" },
            spec: { selector: { matchLabels: { app } }, template: { spec: { containers: [{ image }] } } },
        });
        expect(objectDiff("kubernetes:apps/v1:DaemonSet", set("a", "x"), set("b", "x")).replaces).toEqual([]);
        const answer = objectDiff("kubernetes:apps/v1:DaemonSet", set("a", "x"), set("a", "y"));
        expect(answer).toMatchObject({ replaces: ["spec.selector.matchLabels.app"], deleteBeforeReplace: true });
    });

    it("generates a name with a random end and keeps it; leaves a given one alone", () => {
        const type = "kubernetes:batch/v1:Job";
        const first = named(type, "sample", {}, { spec: {} }, "seed");
        const { name } = first.metadata as { name: string };
        expect(name).toMatch(/^sample-[0-9a-f]{8}$/);
        expect(named(type, "sample", first, { spec: {} }, "other")).toEqual(first);
        expect(named(type, "sample", {}, { metadata: { name: "mine" } }, "seed").metadata).toEqual({ name: "mine" });
    });

    it("looks for drift only in what the inputs say", () => {
        const inputs = { spec: { template: { containers: [{ name: "a", image: "x" }] } } };
        const live = {
            spec: { template: { containers: [{ name: "a", image: "y", terminationMessagePath: "/dev" }] }, more: 1 },
        };
        expect(livePart(inputs, live)).toEqual({ spec: { template: { containers: [{ name: "a", image: "y" }] } } });
    });
});

describe("the Kubernetes double: what it waits for", () => {
    const job = (type: string) => ({
        kind: "Job",
        status: { conditions: [{ type, status: "True", reason: "R", message: "m" }] },
    });
    const set = (updated: number) => ({
        kind: "DaemonSet",
        metadata: { generation: 2 },
        status: {
            observedGeneration: 2,
            desiredNumberScheduled: 2,
            updatedNumberScheduled: updated,
            numberAvailable: 2,
        },
    });

    it.each([
        ["a Job that is complete", job("Complete"), { done: true }],
        ["a Job that failed", job("Failed"), { done: false, failed: true, reason: "R: m" }],
        ["a Job that runs", { kind: "Job", status: {} }, { done: false, failed: false }],
        ["a DaemonSet in the middle of a rollout", set(1), { done: false, failed: false }],
        ["a DaemonSet after a rollout", set(2), { done: true }],
        [
            "a DaemonSet that no node matches",
            { kind: "DaemonSet", metadata: { generation: 1 }, status: { observedGeneration: 1 } },
            { done: true },
        ],
        [
            "a Job that the provider does not wait for",
            { kind: "Job", metadata: { annotations: { "pulumi.com/skipAwait": "true" } } },
            { done: true },
        ],
    ])("%s", (_, object, expected) => {
        expect(readiness(object)).toMatchObject(expected);
    });
});
