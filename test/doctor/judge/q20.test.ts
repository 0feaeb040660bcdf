import { expect, test } from "vitest";
import type { PodSpec } from "../../../doctor/model/objects";
import { attestingPod, found, healthy, helperPod, resultOf, workload } from "../support/cluster";

/** A workload that mounts AESM's directory in a form of its own. */
const mounting = (mount: { readOnly?: boolean }, type: string): PodSpec => ({
    containers: [
        {
            name: "app",
            image: "example.azurecr.io/app:1",
            env: [{ name: "SGX_AESM_ADDR", value: "1" }],
            resources: { limits: { "sgx.intel.com/epc": "10Mi", "sgx.intel.com/enclave": "1" } },
            volumeMounts: [{ name: "aesm", mountPath: "/var/run/aesmd", ...mount }],
        },
    ],
    volumes: [{ name: "aesm", hostPath: { path: "/run/aesmd", type } }],
});

test("one AESM a node, and clients that only read, are fine", () => {
    const snapshot = healthy(2, (objects) => {
        objects.workloads.push(workload("web"), workload("own", "shop", mounting({ readOnly: true }, "Directory")));
        objects.pods.push(attestingPod("web-1", { node: "aks-enclave-0" }));
    });
    expect(resultOf(snapshot, "CA-Q20").result).toBe("ok");
});

test("two AESMs on a node are named with their DaemonSets, and one that is being deleted does not count", () => {
    const cluster = (deleted: boolean) =>
        healthy(2, (objects) => {
            const second = helperPod("aks-enclave-1");
            second.metadata = {
                ...second.metadata,
                name: "sgx-quote-helper-x",
                namespace: "kube-system",
                uid: "second",
                ...(deleted ? { deletionTimestamp: "2026-11-27T11:59:00Z" } : {}),
            };
            objects.pods.push(second);
        });
    const [finding] = resultOf(cluster(false), "CA-Q20").findings;
    expect(finding).toMatchObject({
        reason: "two-aesm",
        severity: "problem",
        where: [{ name: "aks-enclave-1" }, {}, {}],
    });
    expect(finding?.seen).toContain(
        "DaemonSet kube-system/sgx-quote-helper and DaemonSet sgx-quote-helper/sgx-quote-helper",
    );
    expect(resultOf(cluster(true), "CA-Q20").result).toBe("ok");
    expect(finding?.fix).toMatch(
        /^remove DaemonSet kube-system\/sgx-quote-helper and keep sgx-quote-helper\/sgx-quote-helper: `az aks disable-addons/,
    );
});

test("a pod that looks like an AESM is the one to go, and this package's quote helper stays", () => {
    const snapshot = healthy(1, ({ pods }) => {
        const { ownerReferences: _, ...metadata } = helperPod("aks-enclave-0").metadata;
        const writer = helperPod("aks-enclave-0");
        pods.push({ ...writer, metadata: { ...metadata, name: "writer", namespace: "shop", uid: "writer" } });
    });
    expect(resultOf(snapshot, "CA-Q20").findings[0]?.fix).toMatch(
        /^remove Pod shop\/writer and keep sgx-quote-helper\/sgx-quote-helper: `kubectl delete pod -n shop writer`; .*readOnly/,
    );
});

test.each([
    ["can write to AESM's directory", mounting({}, "Directory"), "writable-client"],
    [
        "would get an empty directory on a node without AESM",
        mounting({ readOnly: true }, "DirectoryOrCreate"),
        "directory-or-create",
    ],
])("a workload that %s is a warning, once for its Deployment", (_, spec, reason) => {
    const snapshot = healthy(1, (objects) => {
        const deployment = workload("web", "shop", spec);
        objects.workloads.push(deployment);
        const pod = attestingPod("web-5d4-x", { node: "aks-enclave-0" });
        pod.spec = { ...spec, nodeName: "aks-enclave-0" };
        pod.metadata.labels = { "pod-template-hash": "5d4" };
        pod.metadata.ownerReferences = [{ kind: "ReplicaSet", name: "web-5d4", uid: "rs", controller: true }];
        objects.pods.push(pod);
    });
    expect(resultOf(snapshot, "CA-Q20").findings).toMatchObject([
        { reason, severity: "warning", where: [{ kind: "Deployment", namespace: "shop", name: "web" }] },
    ]);
    expect(found(snapshot).filter((each) => each.startsWith("CA-Q20"))).toHaveLength(1);
});

test("what Intel's webhook has mounted is that webhook's form", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = attestingPod("web", { node: "aks-enclave-0" });
        pod.spec = { ...mounting({}, "DirectoryOrCreate"), nodeName: "aks-enclave-0" };
        pod.metadata = { ...pod.metadata, labels: {}, annotations: { "sgx.intel.com/quote-provider": "aesmd" } };
        objects.pods.push(pod);
    });
    expect(resultOf(snapshot, "CA-Q20").result).toBe("ok");
});

test("beside another quote helper, a client as Microsoft's page has it is told only with this package's label", () => {
    const told = (labels: Record<string, string>) => {
        const snapshot = healthy(1, (objects) => {
            const helper = objects.daemonSets.find(({ metadata }) => metadata.name === "sgx-quote-helper")!;
            helper.metadata = { ...helper.metadata, namespace: "kube-system", labels: {} };
            const one = workload("app", "shop", mounting({}, "Directory"));
            objects.workloads.push({ ...one, template: { ...one.template, metadata: { labels } } });
        });
        return resultOf(snapshot, "CA-Q20").findings.map(({ reason }) => reason);
    };
    expect(told({})).toEqual([]);
    expect(told({ "confidential-aks/attestation": "out-of-process" })).toEqual(["writable-client"]);
});
