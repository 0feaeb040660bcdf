import { expect, test } from "vitest";
import type { DaemonSet, Pod } from "../../../doctor/model/objects";
import { healthy, pluginSpec, pod, resultOf, type Objects } from "../support/cluster";
import { named, placesOf, setAmounts, told } from "../support/change";

const node = "aks-enclave-0";

function other(name: string, namespace: string, nodeSelector: Record<string, string> = {}): DaemonSet {
    const labels = { app: name };
    return {
        metadata: { name, namespace, uid: `uid-${name}`, labels },
        spec: {
            template: { metadata: { labels }, spec: { ...pluginSpec, nodeSelector } },
        },
        status: {},
    };
}

test.each([
    ["sgx-plugin", "kube-system"],
    ["intel-sgx-plugin", "inteldeviceplugins-system"],
])("the device plugin %s beside this package's is named with the nodes", (name, namespace) => {
    const snapshot = healthy(1, ({ daemonSets, nodes }) => {
        daemonSets.push(other(name, namespace));
        setAmounts(named(nodes, node), { "sgx.intel.com/epc": undefined });
    });
    expect(told(snapshot)).toContain("CA-P15 two-plugins");
    expect(told(snapshot)).toContain("CA-N10 because CA-P15");
    expect(placesOf(snapshot, "CA-P15").sort()).toEqual(
        [`DaemonSet ${namespace}/${name}`, "DaemonSet sgx-device-plugin/sgx-device-plugin", `Node ${node}`].sort(),
    );
});

test("Azure's word that the add-on is on comes first", () => {
    const cluster = {
        ...{ name: "c", resourceGroup: "g", location: "westeurope", version: "1.36", provisioningState: "Succeeded" },
        ...{ powerState: "Running", skuName: "Base", sgxAddon: { quoteHelper: true } },
    };
    const snapshot = healthy(1, ({ daemonSets }) => {
        daemonSets.push(other("sgx-plugin", "kube-system"));
    });
    const azure = { gaps: [], cluster, pools: [], skus: [], usages: [] };
    expect(resultOf({ ...snapshot, azure }, "CA-P15").because).toBe("CA-A04");
});

test("a second plugin's pod is enough", () => {
    const snapshot = healthy(1, ({ pods }) => {
        pods.push(pod("mine", "default", { ...pluginSpec, nodeName: node }));
    });
    expect(placesOf(snapshot, "CA-P15")).toContain("Pod default/mine");
});

test("two device plugins for different nodes are no finding, nor is a pod that replaces another one", () => {
    const apart = healthy(1, ({ daemonSets, pods }) => {
        daemonSets.push(other("sgx-plugin", "kube-system", { pool: "other" }));
        const before = named(pods, `sgx-device-plugin-${node}`);
        pods.push({ ...before, metadata: { ...before.metadata, name: "sgx-device-plugin-next", uid: "next" } });
    });
    expect(resultOf(apart, "CA-P15").result).toBe("ok");
});

test.each(["nfd.node.kubernetes.io/extended-resources", "intel.nfd.node.kubernetes.io/extended-resources"])(
    "%s with EPC beside the EPC hook is a warning",
    (key) => {
        const snapshot = healthy(1, ({ nodes }) => {
            const one = named(nodes, node);
            one.metadata = { ...one.metadata, annotations: { [key]: "example.com/x,sgx.intel.com/epc" } };
        });
        expect(resultOf(snapshot, "CA-P15").findings).toMatchObject([{ reason: "nfd-and-hook", severity: "warning" }]);
    },
);

test("NFD publishes EPC for a device plugin without a hook", () => {
    const snapshot = healthy(1, ({ nodes, pods }) => {
        const one = named(nodes, node);
        const annotations = { "nfd.node.kubernetes.io/extended-resources": "sgx.intel.com/epc" };
        one.metadata = { ...one.metadata, annotations };
        const plugin = named(pods, `sgx-device-plugin-${node}`);
        plugin.spec = { ...plugin.spec, initContainers: [] };
    });
    expect(resultOf(snapshot, "CA-P15").result).toBe("ok");
});

test("which of two to remove: the one that does not run, else the one that is not of this package, and how", () => {
    const beside = (change: (objects: Objects) => void) => resultOf(healthy(1, change), "CA-P15").findings[0]?.fix;
    const addOn = beside(({ daemonSets, pods }) => {
        daemonSets.push(other("sgx-plugin", "kube-system"));
        pods.push(runningPod("sgx-plugin", "kube-system"));
    });
    expect(addOn).toMatch(
        /^remove DaemonSet kube-system\/sgx-plugin and keep sgx-device-plugin\/sgx-device-plugin: `az aks disable-addons /,
    );
    const second = beside(({ daemonSets }) => {
        const copy = other("sgx-plugin", "sgx");
        copy.metadata.labels = { "app.kubernetes.io/part-of": "confidential-aks" };
        daemonSets.push(copy);
    });
    expect(second).toMatch(
        /^remove DaemonSet sgx\/sgx-plugin, which is not ready, .*`kubectl delete daemonset -n sgx sgx-plugin`/,
    );
    const restarts = beside(({ daemonSets, pods }) => {
        daemonSets.push(other("sgx-plugin", "sgx"));
        const restarting = runningPod("sgx-plugin", "sgx");
        restarting.status.containerStatuses = [{ name: "plugin", ready: true, restartCount: 22 }];
        pods.push(restarting);
    });
    expect(restarts).toContain("which has restarted 22 times");
});

/** A pod of a DaemonSet that is ready. */
function runningPod(daemonSet: string, namespace: string): Pod {
    const made = pod(`${daemonSet}-x`, namespace, { ...pluginSpec, nodeName: node });
    made.metadata.ownerReferences = [{ kind: "DaemonSet", name: daemonSet, uid: `uid-${daemonSet}`, controller: true }];
    made.status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    return made;
}
