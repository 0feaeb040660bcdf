import { describe, expect, it } from "vitest";
import { withAttestation } from "../../../components/index.js";
import { epcTable } from "../../../plan/lens/epc.js";
import { fitText } from "../../../plan/lens/limits.js";
import { epcRows } from "../../../plan/render/text.js";
import type { EpcUse, PlanObject, PlanResource } from "../../../plan/model/format.js";
import { resource } from "../diff/plans.js";

const POOL = "azure-native:containerservice:AgentPool";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";

const pool = (vmSize: string, more: PlanObject = {}) =>
    resource(POOL, "pool", { agentPoolName: "enclave", vmSize, count: 1, ...more });
const overlay = resource(CLUSTER, "cluster", {
    networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay" },
});
const nodeSubnet = resource(CLUSTER, "cluster", { networkProfile: { networkPlugin: "azure" } });
const asks = (amounts: PlanObject, more: PlanObject = {}): PlanObject => ({
    name: "app",
    image: "example.org/app:1",
    resources: { limits: { "sgx.intel.com/epc": "32Mi", "sgx.intel.com/enclave": "1", ...amounts } },
    ...more,
});
const job = (...containers: PlanObject[]) =>
    resource("kubernetes:batch/v1:Job", "job", {
        metadata: { name: "job" },
        spec: { template: { spec: { containers } } },
    });
const devicePlugin = (...args: string[]) =>
    resource(DAEMON_SET, "plugin", {
        metadata: { name: "plugin" },
        spec: { template: { spec: { containers: [{ name: "p", image: "intel/intel-sgx-plugin:0.36.0", args }] } } },
    });

/** The one workload of the one pool. */
function useOf(...resources: PlanResource[]): EpcUse | undefined {
    const [row, ...rows] = epcTable(resources);
    expect(rows).toEqual([]);
    return row?.workloads[0];
}

describe("the EPC table", () => {
    it("shows what gives way, and lets workloads have it", () => {
        const proof = (value: number) => [
            resource("kubernetes:scheduling.k8s.io/v1:PriorityClass", "low", { metadata: { name: "low" }, value }),
            resource(DAEMON_SET, "proof", {
                metadata: { name: "proof" },
                spec: { template: { spec: { priorityClassName: "low", containers: [asks({})] } } },
            }),
        ];
        // 56Mi are enough for one of 32Mi.
        const [row] = epcTable([overlay, pool("Standard_DC2s_v2"), ...proof(-1), job(asks({}))]);
        expect(row).toMatchObject({ reserved: [{ workload: "DaemonSet/proof", givesWay: true }], reservedBytes: 0 });
        expect(epcRows([row!])[1]).toContain("32Mi that gives way (proof)");
        expect(useOf(overlay, pool("Standard_DC2s_v2"), ...proof(-1), job(asks({})))?.fitsPerNode).toBe(1);
        expect(useOf(overlay, pool("Standard_DC2s_v2"), ...proof(0), job(asks({})))?.fitsPerNode).toBe(0);
    });

    it("adds the EPC of a native sidecar to that of its pod", () => {
        // 32Mi and 32Mi on a node that has 54Mi beside AESM.
        const aesm = resource(DAEMON_SET, "aesm", {
            metadata: { name: "aesm" },
            spec: { template: { spec: { containers: [asks({ "sgx.intel.com/epc": "2Mi" })] } } },
        });
        const workload = withAttestation(
            {
                spec: {
                    template: {
                        spec: {
                            initContainers: [asks({}, { name: "proxy", restartPolicy: "Always" })],
                            containers: [asks({})],
                        },
                    },
                },
            },
            "outOfProcess",
        );
        const meshed = resource("kubernetes:apps/v1:Deployment", "meshed", workload);
        const use = useOf(pool("Standard_DC2s_v2"), aesm, meshed)!;
        expect(use).toMatchObject({ bytes: 64 * 1024 ** 2, fitsPerNode: 0, limitedBy: "epc" });
        expect(fitText(use)).toBe("0 (does not fit: EPC)");
    });

    it("has custom kinds: what withAttestation sets up is in the table", () => {
        // 1Gi on a node of 56Mi.
        const labels = { app: "r" };
        const manifest = withAttestation(
            {
                apiVersion: "argoproj.io/v1alpha1",
                kind: "Rollout",
                spec: {
                    replicas: 2,
                    selector: { matchLabels: labels },
                    strategy: {},
                    template: { metadata: { labels }, spec: { containers: [asks({ "sgx.intel.com/epc": "1Gi" })] } },
                },
            },
            "outOfProcess",
        );
        expect(
            useOf(pool("Standard_DC2s_v2"), resource("kubernetes:argoproj.io/v1alpha1:Rollout", "r", manifest)),
        ).toMatchObject({
            workload: expect.stringMatching(/^Rollout\/r/) as string,
            bytes: 1024 ** 3,
            fitsPerNode: 0,
        });
    });

    it("lists every pod of an object that makes several", () => {
        const template = (name: string, amount: string) => ({ name, container: asks({ "sgx.intel.com/epc": amount }) });
        const workflow = resource("kubernetes:argoproj.io/v1alpha1:Workflow", "w", {
            metadata: { name: "w" },
            spec: { templates: [template("train", "16Mi"), template("check", "32Mi")] },
        });
        const [row] = epcTable([pool("Standard_DC2s_v2"), workflow]);
        expect(row?.workloads.map(({ workload, fitsPerNode }) => [workload, fitsPerNode])).toEqual([
            ["Workflow/w train", 3],
            ["Workflow/w check", 1],
        ]);
    });

    it.each<[string, string, PlanObject]>([
        ["Deployment", "kubernetes:apps/v1:Deployment", { spec: { $plan: "secret" } }],
        ["StatefulSet", "kubernetes:apps/v1:StatefulSet", { spec: { template: { $plan: "secret" } } }],
        ["Job", "kubernetes:batch/v1:Job", { spec: { template: { spec: { $plan: "unknown" } } } }],
        ["CronJob", "kubernetes:batch/v1:CronJob", { spec: { jobTemplate: { $plan: "secret", unknown: true } } }],
        ["Pod", "kubernetes:core/v1:Pod", { spec: { $plan: "secret" } }],
        ["Rollout", "kubernetes:argoproj.io/v1alpha1:Rollout", { spec: { template: { spec: { $plan: "secret" } } } }],
        ["Job", "kubernetes:batch/v1:Job", { spec: { template: { spec: { containers: { $plan: "secret" } } } } }],
    ])("has a %s whose pod spec is secret or unknown, with unknown EPC", (kind, type, inputs) => {
        const hidden = resource(type, "hidden", { metadata: { name: "hidden" }, ...inputs });
        const use = useOf(pool("Standard_DC2s_v2"), hidden);
        expect(use).toEqual({ workload: `${kind}/hidden`, urn: hidden.urn });
        expect(fitText(use!)).toBe("unknown");
    });

    it("says of a DaemonSet whose spec is secret that it takes an unknown amount", () => {
        const hidden = resource(DAEMON_SET, "hidden", { metadata: { name: "hidden" }, spec: { $plan: "secret" } });
        expect(epcTable([pool("Standard_DC2s_v2"), hidden])[0]).toMatchObject({
            reserved: [{ workload: "DaemonSet/hidden", urn: hidden.urn }],
            workloads: [],
        });
    });

    it("leaves out secrets that are no pods", () => {
        const spec = { $plan: "secret" } as const;
        const service = resource("kubernetes:core/v1:Service", "s", { spec });
        const custom = resource("kubernetes:example.org/v1:Thing", "c", { spec });
        const patch = resource("kubernetes:apps/v1:DeploymentPatch", "p", { spec });
        expect(useOf(pool("Standard_DC2s_v3"), service, custom, patch)).toBeUndefined();
    });

    it("leaves out a PodTemplate, which runs nothing, and a patch", () => {
        const spec = { containers: [asks({})] };
        const template = resource("kubernetes:core/v1:PodTemplate", "t", { template: { spec } });
        const patch = resource("kubernetes:apps/v1:DeploymentPatch", "p", { spec: { template: { spec } } });
        expect(useOf(pool("Standard_DC2s_v3"), template, patch)).toBeUndefined();
    });

    it.each<[string, PlanResource[], string]>([
        ["EPC", [pool("Standard_DC2s_v2"), job(asks({}))], "1, by EPC"],
        [
            "enclave devices, of which the plugin offers 110 by itself",
            [overlay, pool("Standard_DC16ds_v3"), devicePlugin(), job(asks({}))],
            "110, by enclave devices; EPC alone: 2048",
        ],
        [
            "enclave devices, by the plugin's flag",
            [overlay, pool("Standard_DC16ds_v3"), devicePlugin("-enclave-limit", "20"), job(asks({}))],
            "20, by enclave devices; EPC alone: 2048",
        ],
        [
            "enclave devices, by the flag in its other form; a container each",
            [
                overlay,
                pool("Standard_DC16ds_v3"),
                devicePlugin("--enclave-limit=20"),
                job(asks({}), asks({}, { name: "b" })),
            ],
            "10, by enclave devices; EPC alone: 1024",
        ],
        [
            "provisioning devices",
            [
                overlay,
                pool("Standard_DC16ds_v3"),
                devicePlugin("-enclave-limit=110", "-provision-limit=5"),
                job(asks({ "sgx.intel.com/provision": "1" })),
            ],
            "5, by provisioning devices; EPC alone: 2048",
        ],
        [
            "pods, 250 with overlay, less AKS's own",
            [overlay, pool("Standard_DC16ds_v3"), job(asks({}))],
            "about 244, by pods per node; EPC alone: 2048",
        ],
        [
            "pods, 30 on the nodes' subnet, less AKS's own and the device plugin's",
            [nodeSubnet, pool("Standard_DC16ds_v3"), devicePlugin(), job(asks({}))],
            "about 23, by pods per node; EPC alone: 2048",
        ],
        [
            "pods, as the pool says",
            [nodeSubnet, pool("Standard_DC16ds_v3", { maxPods: 40 }), job(asks({}))],
            "about 34, by pods per node; EPC alone: 2048",
        ],
        ["CPU", [overlay, pool("Standard_DC16ds_v3"), job(asks({ cpu: "1" }))], "about 15, by CPU; EPC alone: 2048"],
        [
            "memory",
            [overlay, pool("Standard_DC16ds_v3"), job(asks({ memory: "40Gi" }))],
            "about 3, by memory; EPC alone: 2048",
        ],
        [
            "CPU, with none at all",
            [overlay, pool("Standard_DC2s_v3"), job(asks({ cpu: "2" }))],
            "0 (does not fit: CPU)",
        ],
    ])("names what binds: %s", (_, resources, text) => {
        expect(fitText(useOf(...resources)!)).toBe(text);
    });

    it("counts what DaemonSets without EPC take as well", () => {
        const agent = resource(DAEMON_SET, "agent", {
            spec: { template: { spec: { containers: [{ name: "a", resources: { requests: { cpu: "1" } } }] } } },
        });
        const cpuJob = job(asks({ cpu: "500m" }));
        const [without, beside] = [[], [agent]].map((more) =>
            useOf(overlay, pool("Standard_DC4s_v3"), cpuJob, ...more),
        );
        expect([without?.fitsPerNode, beside?.fitsPerNode]).toEqual([7, 5]);
    });

    it("does not count pods on a cluster that is not in the plan, nor devices that nothing in it offers", () => {
        expect(useOf(pool("Standard_DC16ds_v3"), job(asks({})))).toMatchObject({
            fitsPerNode: 2048,
            limitedBy: "epc",
            fitsEach: { epc: 2048 },
        });
    });

    it("says that the EPC is not known where only the update will know it", () => {
        const unknown = job(asks({ "sgx.intel.com/epc": { $plan: "unknown" } }));
        const use = useOf(pool("Standard_DC2s_v3"), unknown)!;
        expect(use).not.toHaveProperty("bytes");
        expect(fitText(use)).toBe("unknown");
        const hidden = job({ name: "app", resources: { $plan: "unknown" } });
        expect(fitText(useOf(pool("Standard_DC2s_v3"), hidden)!)).toBe("unknown");
    });
});
