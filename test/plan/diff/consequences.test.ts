import { describe, expect, it } from "vitest";
import type { PlanObject, PlanResource } from "../../../plan/model/format.js";
import { CLUSTER, compare, compareOne, DAEMON_SET, enclaveJob, enclavePool, JOB, resource } from "./plans.js";

const GiB = 1024 ** 3;

/** AESM as the quote helper runs it: socket directory of the host, provisioning device. */
function aesm(image: string, updateStrategy: PlanObject = {}) {
    const container = { name: "aesm", image, resources: { limits: { "sgx.intel.com/provision": "1" } } };
    const volumes = [{ name: "socket", hostPath: { path: "/var/run/aesmd" } }];
    return resource(DAEMON_SET, "aesm", {
        spec: { updateStrategy, template: { spec: { containers: [container], volumes } } },
    });
}

describe("consequences in words", () => {
    it.each([
        [
            "the new one comes first by default",
            { nodeLabels: { "confidential-aks/owner": "p.s.aks" }, upgradeSettings: { drainTimeoutInMinutes: 45 } },
            { deleteBeforeReplace: false },
            "the new pool enclave comes first, then the old one is drained within 45 minutes and deleted; both are billed meanwhile",
        ],
        [
            "the old one goes first where the arguments say so",
            { nodeLabels: { "confidential-aks/owner": "p.s.aks" } },
            { deleteBeforeReplace: true },
            "pool enclave is drained within its time limit and deleted, then the new one comes; its capacity is gone meanwhile",
        ],
        [
            "a pool of another program is not drained",
            {},
            { deleteBeforeReplace: true },
            "pool enclave is replaced, and the old one is deleted with all pods on it: AKS drains nothing then",
        ],
    ])("a new VM size replaces the pool: %s", (_, inputs, options, words) => {
        const changed = { ...inputs, vmSize: "Standard_DC4s_v3" };
        expect(compareOne(enclavePool(inputs, options), enclavePool(changed, options))?.consequences).toEqual([
            `new VM size Standard_DC2s_v3 -> Standard_DC4s_v3: ${words}`,
            "EPC per node of pool enclave 8Gi -> 16Gi",
        ]);
    });

    it("the number of nodes, by count and by the autoscaler's bounds", () => {
        expect(compareOne(enclavePool(), enclavePool({ count: 3 }))?.consequences).toEqual([
            "pool enclave goes from 1 to 3 nodes",
        ]);
        expect(compareOne(enclavePool({ count: 3 }), enclavePool())?.consequences).toEqual([
            "pool enclave goes from 3 to 1 nodes; the nodes taken away are drained",
        ]);
        const scaled = (maxCount: number) => enclavePool({ enableAutoScaling: true, minCount: 1, maxCount });
        expect(compareOne(scaled(2), scaled(5))?.consequences).toEqual(["pool enclave goes from 1-2 to 1-5 nodes"]);
    });

    it("AESM's image: rolling update, attestation pauses; another DaemonSet only rolls", () => {
        expect(compareOne(aesm("aesm:1"), aesm("aesm:2"))?.consequences).toEqual([
            "AESM image changes: rolling update, one node at a time; attestation pauses on each node meanwhile",
        ]);
        const wide = { rollingUpdate: { maxUnavailable: "50%" } };
        expect(compareOne(aesm("aesm:1", wide), aesm("aesm:2", wide))?.consequences[0]).toContain(
            "up to 50% nodes at a time",
        );
        const onDelete = { type: "OnDelete" };
        expect(compareOne(aesm("aesm:1", onDelete), aesm("aesm:2", onDelete))?.consequences[0]).toContain("OnDelete");
        const plain = (image: string) =>
            resource(DAEMON_SET, "d", { spec: { template: { spec: { containers: [{ name: "a", image }] } } } });
        expect(compareOne(plain("a:1"), plain("a:2"))?.consequences).toEqual(["rolling update, one node at a time"]);
    });

    it("EPC per job: how many fit on a node, before and after", () => {
        const [job] = compare(
            [enclavePool(), enclaveJob("app", "64Mi")],
            [enclavePool(), enclaveJob("app", "128Mi")],
        ).resources;
        expect(job?.consequences).toContain(
            `EPC per job of Job/app-* 64Mi -> 128Mi: ${(8 * GiB) / (64 * 1024 ** 2)} -> ${(8 * GiB) / (128 * 1024 ** 2)} jobs per node of pool enclave`,
        );
        const [large] = compare(
            [enclavePool(), enclaveJob("app", "64Mi")],
            [enclavePool(), enclaveJob("app", "9Gi")],
        ).resources;
        expect(large?.consequences.join()).toContain(
            "128 -> 0 jobs per node of pool enclave; it does not fit: its pods stay pending",
        );
    });

    it("a pool's new size tells of the workloads that did not change", () => {
        const diff = compare(
            [enclavePool(), enclaveJob("app", "64Mi")],
            [enclavePool({ vmSize: "Standard_DC4s_v3" }), enclaveJob("app", "64Mi")],
        );
        expect(diff.resources.map(({ name }) => name)).toEqual(["pool"]);
        expect(diff.epc).toEqual(["EPC per job of Job/app-* 64Mi: 128 -> 256 jobs per node of pool enclave"]);
    });

    it("what binds, where it is not EPC: on both sides, on one of them, or with more EPC that changes nothing", () => {
        const job = (epc: string, cpu: string) =>
            resource(JOB, "app", {
                spec: {
                    template: {
                        spec: {
                            containers: [{ name: "app", resources: { limits: { "sgx.intel.com/epc": epc, cpu } } }],
                        },
                    },
                },
            });
        const words = (before: PlanResource, after: PlanResource) =>
            compare([enclavePool(), before], [enclavePool(), after]).resources[0]?.consequences.filter((text) =>
                text.includes("per node"),
            );
        expect(words(job("64Mi", "500m"), job("64Mi", "250m"))).toEqual([
            "Job/app-*: about 3 -> 6 jobs per node of pool enclave, by CPU",
        ]);
        expect(words(job("64Mi", "500m"), job("4Gi", "500m"))).toEqual([
            "EPC per job of Job/app-* 64Mi -> 4Gi: about 3 (by CPU) -> 2 (by EPC) jobs per node of pool enclave",
        ]);
        expect(words(job("64Mi", "500m"), job("128Mi", "500m"))).toEqual([
            "EPC per job of Job/app-* 64Mi -> 128Mi: about 3 jobs per node of pool enclave as before, by CPU",
        ]);
        expect(words(job("64Mi", "500m"), job("64Mi", "2"))).toEqual([
            "Job/app-*: about 3 -> 0 jobs per node of pool enclave, by CPU; it does not fit: its pods stay pending",
        ]);
    });

    it("a Job cannot change: a new one runs", () => {
        expect(compareOne(enclaveJob("app", "1Mi", "a:1"), enclaveJob("app", "1Mi", "a:2"))?.consequences).toEqual([
            "a Job cannot change: a new Job runs, and then the old one is removed",
        ]);
        const named = (a: number) => resource(JOB, "j", { metadata: { name: "j" }, spec: { template: { a } } });
        expect(compareOne(named(1), named(2))?.consequences[0]).toContain(
            "the old Job is removed, with its pods, and then a new one runs",
        );
    });

    it.each<[string, PlanObject, PlanObject, string]>([
        [
            "replacement",
            { dnsPrefix: "a" },
            { dnsPrefix: "b" },
            "the cluster is replaced: all nodes and all Kubernetes objects end",
        ],
        [
            "version",
            { kubernetesVersion: "1.35" },
            { kubernetesVersion: "1.36" },
            "Kubernetes 1.35 -> 1.36: AKS upgrades the control plane",
        ],
        [
            "inline pool",
            { agentPoolProfiles: [{ name: "s", count: 1 }] },
            { agentPoolProfiles: [{ name: "s", count: 2 }] },
            "pool s goes from 1 to 2 nodes",
        ],
        [
            "add-on",
            { addonProfiles: { ACCSGXDevicePlugin: { enabled: false } } },
            { addonProfiles: { ACCSGXDevicePlugin: { enabled: true } } },
            "must not run a second time",
        ],
        [
            "local accounts",
            { disableLocalAccounts: false },
            { disableLocalAccounts: true },
            "client certificates stop working",
        ],
        [
            "ranges",
            { apiServerAccessProfile: { authorizedIPRanges: ["a"] } },
            { apiServerAccessProfile: { authorizedIPRanges: ["b"] } },
            "who reaches the API server changes",
        ],
        [
            "another key of etcd",
            { securityProfile: { azureKeyVaultKms: { keyId: "a" } } },
            { securityProfile: { azureKeyVaultKms: { keyId: "b" } } },
            "keep the old one",
        ],
        [
            "no key of etcd any more",
            { securityProfile: { azureKeyVaultKms: { keyId: "a" } } },
            { securityProfile: {} },
            "etcd stays encrypted with the old key",
        ],
    ])("of the cluster: %s", (_, before, after, words) => {
        expect(
            compareOne(resource(CLUSTER, "aks", before), resource(CLUSTER, "aks", after))?.consequences.join("\n"),
        ).toContain(words);
    });

    it.each([
        ["network:NatGateway", "another public address"],
        ["network:PublicIPAddress", "another public address"],
        ["operationalinsights:Workspace", "what the workspace has collected is deleted with it"],
        ["monitor:AzureMonitorWorkspace", "what the workspace has collected is deleted with it"],
        ["monitor:DiagnosticSetting", "audit logs of the control plane end"],
    ])("deleting a %s", (type, words) => {
        const [only] = compare([resource(`azure-native:${type}`, "x", {})], []).resources;
        expect(only?.consequences.join("\n")).toContain(words);
    });

    it.each([
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
    ])("admission: %s", (kind) => {
        const type = `kubernetes:admissionregistration.k8s.io/v1:${kind}`;
        const made = (a: string) => resource(type, "p", { metadata: { name: "p" }, spec: { a } });
        expect(compareOne(made("x"), made("y"))).toMatchObject({
            action: "update",
            consequences: ["what the API server admits changes at once; pods that run already are not judged again"],
        });
    });

    it.each(["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"])("the startup taint: %s", (kind) => {
        const type = `kubernetes:admissionregistration.k8s.io/v1:${kind}`;
        const policy = resource(type, "p", { metadata: { name: "confidential-aks-sgx-startup-taint" } });
        const [made] = compare([], [policy]).resources;
        expect(made?.consequences).toEqual([
            "enclave nodes that join from now on are tainted until pods can have their EPC; others are not touched",
        ]);
        const [gone] = compare([policy], []).resources;
        expect(gone?.consequences.join()).toContain("a node that has no EPC yet keeps the taint startup-taint.");
    });

    it("a namespace takes all that is in it along", () => {
        const [gone] = compare(
            [resource("kubernetes:core/v1:Namespace", "ns", { metadata: { name: "ns" } })],
            [],
        ).resources;
        expect(gone?.consequences).toEqual(["everything in the namespace is deleted with it"]);
    });

    it("retainOnDelete and import", () => {
        const [gone] = compare([enclavePool({}, { retainOnDelete: true })], []).resources;
        expect(gone?.consequences[0]).toContain("the old one stays in the cloud");
        const [made] = compare([], [enclavePool({}, { importId: "/subscriptions/x" })]).resources;
        expect(made?.consequences[0]).toBe("it is not created but imported (/subscriptions/x)");
    });
});
