import { expect, test } from "vitest";
import type { ContainerState, Pod } from "../../../doctor/model/objects";
import { event, healthy, pluginSpec, pod, resultOf, workload, type Objects } from "../support/cluster";
import { named, placesOf, removePods, setAmounts, setStatus, told } from "../support/change";

const app = "sgx-device-plugin";
const node = "aks-enclave-0";
const name = `${app}-${node}`;
const places = [`DaemonSet ${app}/${app}`, `Node ${node}`];
const none = {
    "sgx.intel.com/enclave": undefined,
    "sgx.intel.com/provision": undefined,
    "sgx.intel.com/epc": undefined,
};

/** The plugin of the first node in a state. */
function plugin({ nodes, pods }: Objects, state: ContainerState, lastState?: ContainerState): Pod {
    const one = named(pods, name);
    const status = { name: "plugin", ready: false, restartCount: 0, image: "example.org/plugin:404", state };
    const hook = { name: "epc-hook", ready: true, restartCount: 0, state: { terminated: { exitCode: 0 } } };
    setStatus(one, {
        initContainerStatuses: [hook],
        containerStatuses: [{ ...status, ...(lastState === undefined ? {} : { lastState }) }],
    });
    setAmounts(named(nodes, node), { "sgx.intel.com/enclave": undefined, "sgx.intel.com/provision": undefined });
    return one;
}

const says = (objects: Objects, reason: string, message: string) =>
    objects.events.push(event("Pod", { name, namespace: app }, reason, message));

test("a cluster without a device plugin is one finding, whatever else that breaks", () => {
    const snapshot = healthy(2, (objects) => {
        objects.daemonSets = objects.daemonSets.filter(({ metadata }) => metadata.name !== app);
        for (const each of ["aks-enclave-0", "aks-enclave-1"]) {
            removePods(objects, app, each);
            setAmounts(named(objects.nodes, each), none);
        }
    });
    expect(resultOf(snapshot, "CA-P13").findings).toMatchObject([{ reason: "plugin-missing", where: [] }]);
    expect(told(snapshot)).toContain("CA-N10 because CA-P13");
});

test("a cluster whose devices come from a plugin that is not known is no finding", () => {
    const snapshot = healthy(2, (objects) => {
        objects.daemonSets = [];
        objects.pods = [];
    });
    expect(resultOf(snapshot, "CA-P13").result).toBe("ok");
});

test("a device plugin that is for no node of this kind is named with the label that the node lacks", () => {
    const snapshot = healthy(2, (objects) => {
        const { template } = named(objects.daemonSets, app).spec;
        template.spec = { ...template.spec, nodeSelector: { ...template.spec.nodeSelector, team: "a" } };
        removePods(objects, app, node);
        setAmounts(named(objects.nodes, node), none);
    });
    const { findings } = resultOf(snapshot, "CA-P13");
    expect(findings).toMatchObject([{ reason: "plugin-not-scheduled" }]);
    expect(findings[0]?.seen).toContain("the label team=a");
    expect(findings[0]?.fix).toContain(" team=a`");
    expect(placesOf(snapshot, "CA-P13")).toEqual(places);
    expect(told(snapshot)).toContain("CA-N10 because CA-P13");
});

test("a pod that the scheduler cannot place is named with the scheduler's words", () => {
    const snapshot = healthy(2, (objects) => {
        removePods(objects, app, node);
        const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
        const terms = { nodeSelectorTerms: [{ matchFields }] };
        const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
        const owner = { kind: "DaemonSet", name: app, uid: `uid-${app}`, controller: true };
        const labels = { "app.kubernetes.io/name": app };
        const waiting = pod("plugin-x", app, { ...pluginSpec, affinity }, { ownerReferences: [owner], labels });
        objects.pods.push(waiting);
        objects.events.push(event("Pod", { name: "plugin-x", namespace: app }, "FailedScheduling", "Too many pods"));
    });
    const { findings } = resultOf(snapshot, "CA-P13");
    expect(findings).toMatchObject([{ reason: "plugin-not-scheduled" }]);
    expect(findings[0]?.seen).toContain("Too many pods");
});

test("a pod that was not made is named with the controller's words", () => {
    const snapshot = healthy(1, (objects) => {
        removePods(objects, app, node);
        const said = 'pods "sgx-device-plugin-x" is forbidden: exceeded quota: pods';
        objects.events.push(event("DaemonSet", { name: app, namespace: app }, "FailedCreate", said));
    });
    expect(resultOf(snapshot, "CA-P13").findings[0]?.seen).toContain("exceeded quota");
});

test.each([
    [
        "image-rate-limit",
        "ErrImagePull",
        "toomanyrequests: You have reached your unauthenticated pull rate limit",
        "az acr import",
    ],
    ["image-pull", "ImagePullBackOff", "401 Unauthorized", "--attach-acr"],
    ["image-pull", "ImagePullBackOff", "example.org/plugin:404: not found", "name and tag"],
    ["image-pull", "ErrImagePull", "dial tcp 203.0.113.1:443: i/o timeout", "reach the registry"],
    ["image-pull", "ErrImagePull", "example.org/plugin:404: something else", "kubectl describe pod"],
])("%s: an image that does not come (%s: %s)", (reason, waiting, message, fix) => {
    const snapshot = healthy(2, (objects) => {
        plugin(objects, { waiting: { reason: waiting, message: `failed to pull: ${message}` } });
    });
    const { findings } = resultOf(snapshot, "CA-P13");
    expect(findings).toMatchObject([{ reason, severity: "problem" }]);
    expect(findings[0]?.fix).toContain(fix);
    expect(placesOf(snapshot, "CA-P13")).toEqual(places);
    expect(told(snapshot)).toContain("CA-N10 because CA-P13");
});

test.each<[string, ContainerState, ContainerState | undefined]>([
    ["waits before the next try", { waiting: { reason: "CrashLoopBackOff" } }, { terminated: { exitCode: 2 } }],
    ["has just ended", { terminated: { exitCode: 2 } }, undefined],
    ["runs again", { running: {} }, { terminated: { exitCode: 2, reason: "Error" } }],
])("a device plugin that %s is crashing", (_what, state, lastState) => {
    const snapshot = healthy(1, (objects) => {
        plugin(objects, state, lastState);
    });
    const { findings } = resultOf(snapshot, "CA-P13");
    expect(findings).toMatchObject([{ reason: "plugin-crashing" }]);
    expect(findings[0]?.seen).toContain("exit code 2");
    expect(findings[0]?.fix).toContain(`\`kubectl logs -n ${app} ${name} -c plugin --previous\``);
});

test("a node without the devices is named as such", () => {
    const snapshot = healthy(1, (objects) => {
        plugin(objects, { waiting: { reason: "ContainerCreating" } });
        const path = "/dev/sgx_enclave is not a character device";
        says(
            objects,
            "FailedMount",
            `MountVolume.SetUp failed for volume "sgx-enclave" : hostPath type check failed: ${path}`,
        );
    });
    expect(resultOf(snapshot, "CA-P13").findings).toMatchObject([{ reason: "no-device" }]);
});

test.each([
    ["FailedMount", 'configmap "kube-root-ca.crt" not found'],
    ["FailedCreatePodSandBox", "no IP addresses available"],
])("%s: a pod that is not started is named with the kubelet's words", (reason, message) => {
    const snapshot = healthy(1, (objects) => {
        plugin(objects, { waiting: { reason: "ContainerCreating" } });
        says(objects, reason, message);
    });
    const { findings } = resultOf(snapshot, "CA-P13");
    expect(findings).toMatchObject([{ reason: "plugin-not-starting" }]);
    expect(findings[0]?.seen).toContain(message);
});

test("a container that cannot be started is named with the runtime's words", () => {
    const snapshot = healthy(1, (objects) => {
        plugin(objects, { waiting: { reason: "RunContainerError", message: "exec: no such file" } });
    });
    expect(resultOf(snapshot, "CA-P13").findings).toMatchObject([{ reason: "plugin-not-starting" }]);
});

test("a device plugin that is not ready and says nothing is named", () => {
    const snapshot = healthy(1, (objects) => {
        plugin(objects, { running: {} });
    });
    expect(resultOf(snapshot, "CA-P13").findings).toMatchObject([{ reason: "plugin-not-ready" }]);
});

test("where no node has SGX, that is the cause", () => {
    const snapshot = healthy(0, ({ workloads }) => {
        workloads.push(workload("web"));
    });
    expect(told(snapshot)).toContain("CA-P13 because CA-N08");
});
