import { expect, test } from "vitest";
import type { ContainerState } from "../../../doctor/model/objects";
import { event, found, healthy, resultOf, type Objects } from "../support/cluster";
import { named, placesOf, setAmounts, setStatus, told } from "../support/change";

const node = "aks-enclave-0";
const pod = `sgx-device-plugin-${node}`;

/** The hook of a node's plugin in a state, and the EPC that is missing then. */
function hook({ nodes, pods }: Objects, state: ContainerState, lastState?: ContainerState, on = node): void {
    const status = { name: "epc-hook", ready: false, restartCount: 3, state };
    const plugin = { name: "plugin", ready: false, restartCount: 0, state: { waiting: { reason: "PodInitializing" } } };
    setStatus(named(pods, `sgx-device-plugin-${on}`), {
        initContainerStatuses: [{ ...status, ...(lastState === undefined ? {} : { lastState }) }],
        containerStatuses: [plugin],
    });
    const none = { "sgx.intel.com/enclave": undefined, "sgx.intel.com/provision": undefined };
    setAmounts(named(nodes, on), { ...none, "sgx.intel.com/epc": undefined });
}

function ended(message: string, exitCode = 255): [ContainerState, ContainerState] {
    return [{ waiting: { reason: "CrashLoopBackOff" } }, { terminated: { exitCode, message } }];
}

const start = "I1127 10:00:00.000000       1 main.go:54] epc capacity: 8589934592 bytes\n";
const klog = (text: string) => `${start}F1127 10:00:00.000001       1 main.go:61] ${text}`;

test.each([
    [
        "hook-forbidden",
        'nodes "aks-enclave-0" is forbidden: User "system:serviceaccount:sgx-device-plugin:sgx-epc-hook" cannot patch resource "nodes/status" in API group "" at the cluster scope',
    ],
    [
        "hook-refused",
        "nodes \"aks-enclave-0\" is forbidden: ValidatingAdmissionPolicy 'confidential-aks-sgx-epc-hook' with binding 'confidential-aks-sgx-epc-hook' denied request: only its own node",
    ],
    ["no-epc", "SGX EPC is not available"],
    ["hook-no-api-server", 'Get "https://10.0.0.1:443/api/v1/nodes/aks-enclave-0": dial tcp 10.0.0.1:443: i/o timeout'],
    ["hook-failing", "something else"],
])("%s: what the hook says is its cause, and what the node lacks is the effect", (reason, text) => {
    const snapshot = healthy(2, (objects) => {
        hook(objects, ...ended(klog(text)));
    });
    expect(found(snapshot)).toEqual([`CA-P14 ${reason}`]);
    expect(told(snapshot)).toEqual(expect.arrayContaining(["CA-P13 because CA-P14", "CA-N10 because CA-P14"]));
    expect(placesOf(snapshot, "CA-P14")).toEqual(["DaemonSet sgx-device-plugin/sgx-device-plugin", `Node ${node}`]);
});

test("a hook that fails otherwise is named with its last line, without the log's time and place", () => {
    const snapshot = healthy(1, (objects) => {
        hook(objects, ...ended(klog("something else")));
    });
    expect(resultOf(snapshot, "CA-P14").findings[0]?.seen).toMatch(/exit code 255: something else$/);
});

test.each([
    [
        "the binding is missing",
        (objects: Objects) => {
            objects.clusterRoleBindings = [];
        },
    ],
    [
        "the role is missing",
        (objects: Objects) => {
            objects.clusterRoles = [];
        },
    ],
    [
        "the role gives less",
        ({ clusterRoles: [role] }: Objects) => {
            if (role !== undefined) role.rules = [{ resources: ["nodes"], verbs: ["get"] }];
        },
    ],
    [
        "the binding is for another namespace",
        ({ clusterRoleBindings: [binding] }: Objects) => {
            const subjects = [{ kind: "ServiceAccount", name: "sgx-epc-hook", namespace: "other" }];
            if (binding !== undefined) binding.subjects = subjects;
        },
    ],
])("a hook that says nothing is forbidden where %s, and the next one will be where none fails", (_what, change) => {
    const fails = healthy(1, (objects) => {
        hook(objects, ...ended(""));
        change(objects);
    });
    expect(resultOf(fails, "CA-P14").findings).toMatchObject([{ reason: "hook-forbidden", severity: "problem" }]);
    const next = healthy(1, change);
    expect(resultOf(next, "CA-P14").findings).toMatchObject([{ reason: "hook-without-rights", severity: "warning" }]);
});

test("rights that could not be read, and those of a hook that is not this package's, are not judged", () => {
    const unread = healthy(1, (objects, snapshot) => {
        objects.clusterRoles = [];
        snapshot.gaps = [{ collection: "clusterRoles", why: "forbidden", detail: "get clusterroles is forbidden" }];
    });
    expect(resultOf(unread, "CA-P14").result).toBe("ok");
    const other = healthy(1, (objects) => {
        objects.clusterRoles = [];
        const { template } = named(objects.daemonSets, "sgx-device-plugin").spec;
        template.spec = { ...template.spec, serviceAccountName: "sgx-plugin" };
    });
    expect(resultOf(other, "CA-P14").result).toBe("ok");
});

test("the image of the hook that cannot be pulled is this check's, with Docker Hub's limit named", () => {
    const snapshot = healthy(1, (objects) => {
        hook(objects, { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } });
        const said = "Failed to pull image: 429 Too Many Requests - toomanyrequests: You have reached your pull limit";
        objects.events.push(event("Pod", { name: pod, namespace: "sgx-device-plugin" }, "Failed", said));
    });
    expect(resultOf(snapshot, "CA-P14").findings).toMatchObject([{ reason: "image-rate-limit" }]);
    expect(resultOf(snapshot, "CA-P13").because).toBe("CA-P14");
});

test("the NetworkPolicies that may keep the hook from the API server are named", () => {
    const snapshot = healthy(1, (objects) => {
        hook(objects, ...ended("dial tcp 10.0.0.1:443: connect: connection refused"));
        const metadata = { name: "deny", namespace: "sgx-device-plugin", uid: "uid-deny" };
        objects.networkPolicies.push({ metadata, spec: { policyTypes: ["Egress"] } });
    });
    expect(resultOf(snapshot, "CA-P14").findings[0]?.fix).toContain("(deny)");
});

test("nodes whose hooks fail alike are one finding", () => {
    const snapshot = healthy(3, (objects) => {
        for (const on of [node, "aks-enclave-2"]) hook(objects, ...ended("SGX EPC is not available"), on);
    });
    expect(placesOf(snapshot, "CA-P14")).toEqual([
        "DaemonSet sgx-device-plugin/sgx-device-plugin",
        `Node ${node}`,
        "Node aks-enclave-2",
    ]);
});

test("a node that is no SGX node is the cause of a hook that finds no EPC", () => {
    const snapshot = healthy(2, (objects) => {
        hook(objects, ...ended("SGX EPC is not available"));
        const one = named(objects.nodes, node);
        const labels = { ...one.metadata.labels, "node.kubernetes.io/instance-type": "Standard_D4s_v5" };
        one.metadata = { ...one.metadata, labels };
    });
    expect(told(snapshot)).toContain("CA-P14 because CA-N08");
});

test.each<[string, ContainerState, ContainerState | undefined]>([
    ["ended well", { terminated: { exitCode: 0 } }, { terminated: { exitCode: 255, message: "before" } }],
    ["runs for the first time", { running: {} }, undefined],
])("a hook that %s is no finding", (_what, state, lastState) => {
    const snapshot = healthy(1, (objects) => {
        hook(objects, state, lastState);
    });
    expect(resultOf(snapshot, "CA-P14").result).toBe("ok");
});
