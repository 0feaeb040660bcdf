import { CoreV1Api } from "@kubernetes/client-node";
import type { Manifest } from "../../support/api";
import { waitFor } from "../../support/wait";
import { application, shop, type Rig } from "../rig";
import type { Fault } from "./fault";

const epc = "sgx.intel.com/epc";
const enclave = "sgx.intel.com/enclave";
const putBack = (rig: Rig) => rig.putBack(rig.plugin);
const binding: Manifest = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "confidential-aks:sgx-epc-hook" },
};

/** Faults of the device plugin and of the EPC hook. */
export const pluginFaults: readonly Fault[] = [
    {
        name: "the DaemonSet of the device plugin is gone",
        code: "CA-P13",
        reason: "plugin-missing",
        make: (rig) => rig.pods.delete(rig.plugin),
        mend: (rig) => rig.pods.apply(rig.plugin),
        touches: ["plugin", "epc"],
    },
    {
        name: "the device plugin's image cannot be pulled",
        code: "CA-P13",
        reason: "image-pull",
        make: (rig) =>
            rig.change(rig.plugin, ({ containers: [plugin] }) => {
                if (plugin !== undefined) plugin.image = "localhost/e2e/not-there:1";
            }),
        mend: putBack,
        touches: ["plugin"],
    },
    {
        name: "the device plugin ends again and again",
        code: "CA-P13",
        reason: "plugin-crashing",
        make: (rig) =>
            rig.change(rig.plugin, ({ containers: [plugin] }) => {
                if (plugin !== undefined) plugin.args = ["-no-such-flag"];
            }),
        mend: putBack,
        touches: ["plugin", "slow"],
    },
    {
        name: "the device plugin's node selector matches no node",
        code: "CA-P13",
        reason: "plugin-not-scheduled",
        make: (rig) =>
            rig.change(rig.plugin, (spec) => {
                spec.nodeSelector = { ...spec.nodeSelector, "example.org/none": "true" };
            }),
        mend: putBack,
        touches: ["plugin"],
    },
    {
        name: "a taint keeps the device plugin off",
        code: "CA-N09",
        reason: "plugin-not-tolerating",
        also: ["CA-N09 workload-not-tolerating"],
        make: async (rig) => {
            await rig.patchNode({ spec: { taints: [{ key: "team", value: "true", effect: "NoExecute" }] } });
            await rig.change(rig.plugin, (spec) => {
                spec["tolerations"] = [];
            });
        },
        mend: async (rig) => {
            await rig.patchNode({ spec: { taints: null } });
            await rig.putBack(rig.plugin);
        },
        touches: ["node", "plugin", "workload", "slow"],
    },
    {
        name: "the EPC hook may not change its node: the binding is gone",
        code: "CA-P14",
        reason: "hook-forbidden",
        make: async (rig) => {
            await rig.pods.delete(binding);
            await rig.restart(rig.plugin);
        },
        mend: async (rig) => {
            await rig.applyAgain(binding);
            await rig.putBack(rig.plugin);
        },
        touches: ["plugin", "slow"],
    },
    {
        name: "the EPC hook finds no EPC on the processor",
        code: "CA-P14",
        reason: "no-epc",
        make: (rig) =>
            rig.change(rig.plugin, ({ initContainers: [hook] = [] }) => {
                if (hook !== undefined) hook.image = "localhost/e2e/no-epc:1";
            }),
        mend: putBack,
        touches: ["plugin", "slow"],
    },
    {
        name: "the EPC hook does not reach the API server",
        code: "CA-P14",
        reason: "hook-no-api-server",
        make: (rig) =>
            rig.change(rig.plugin, ({ initContainers: [hook] = [] }) => {
                hook?.env?.push({ name: "KUBERNETES_SERVICE_PORT", value: "9" });
            }),
        mend: putBack,
        touches: ["plugin", "slow"],
    },
    {
        name: "the hook is not part of the pod, and no EPC is there",
        code: "CA-N10",
        reason: "epc-missing",
        make: async (rig) => {
            await rig.change(rig.plugin, (spec) => {
                delete spec.initContainers;
            });
            await rig.patchNode({ status: { capacity: { [epc]: null }, allocatable: { [epc]: null } } }, "status");
        },
        mend: putBack,
        touches: ["plugin", "epc", "node"],
    },
    {
        name: "the kubelet has lost a device plugin that hangs",
        code: "CA-N11",
        reason: "not-allocatable",
        make: async (rig) => {
            const [pod] = await rig.pods.of(rig.plugin);
            if (pod === undefined) throw new Error("no plugin runs");
            await rig.pods.signal("STOP", pod, "plugin");
            await rig.node.restartKubelet();
            await waitFor("the devices to be gone", async () => {
                const { status } = await rig.node.plane.api(CoreV1Api).readNode({ name: rig.node.name });
                return status?.allocatable?.[enclave] === "0";
            });
        },
        mend: putBack,
        touches: ["plugin", "node", "workload", "helper", "slow"],
    },
    {
        name: "another device plugin is on the node",
        code: "CA-P15",
        reason: "two-plugins",
        make: (rig) => rig.pods.apply(second(rig)),
        mend: (rig) => rig.pods.delete(second(rig)),
        touches: ["plugin"],
    },
    {
        name: "NFD publishes EPC as well",
        code: "CA-P15",
        reason: "nfd-and-hook",
        make: (rig) =>
            rig.patchNode({ metadata: { annotations: { "nfd.node.kubernetes.io/extended-resources": epc } } }),
        mend: (rig) =>
            rig.patchNode({ metadata: { annotations: { "nfd.node.kubernetes.io/extended-resources": null } } }),
        touches: ["node"],
    },
    {
        name: "the kubelet refused a pod since the device was not there",
        code: "CA-P16",
        reason: "admission-error",
        make: (rig) => rig.pods.apply(greedy(rig)),
        mend: (rig) => rig.pods.delete(greedy(rig)),
        // A device that is not there now explains it.
        touches: ["workload", "plugin", "epc"],
    },
];

/** A copy of the device plugin under another name, as the add-on's beside ours. */
function second(rig: Rig): Manifest {
    const copy = structuredClone(rig.plugin) as Manifest & {
        spec: {
            selector: unknown;
            template: { metadata: { labels: Record<string, string> }; spec: { initContainers?: unknown } };
        };
    };
    copy.metadata.name = "sgx-plugin";
    const labels = { app: "sgx-plugin" };
    copy.spec.selector = { matchLabels: labels };
    copy.spec.template.metadata.labels = labels;
    delete copy.spec.template.spec.initContainers;
    return copy;
}

/** Bound past the scheduler, with more devices than the node has. */
function greedy(rig: Rig): Manifest {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "greedy", namespace: shop },
        spec: {
            nodeName: rig.node.name,
            containers: [{ name: "app", image: application, resources: { limits: { [enclave]: "1", [epc]: "8Gi" } } }],
        },
    } as Manifest;
}
