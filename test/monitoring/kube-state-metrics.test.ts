import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { kubeStateMetrics } from "../e2e/doubles/monitoring/kube-state-metrics.js";
import { seriesOf } from "../support/metrics.js";
import { emittedMetrics } from "./emitted.js";

/*
 * The double of kube-state-metrics, held against what kube-state-metrics' own tests expect of such objects
 * (internal/store/node_test.go and pod_test.go at commit c92fe0c5ce02), with SGX's resources in the place of a GPU.
 */
const quantities = { cpu: "4300m", memory: "2G", pods: "1000", "ephemeral-storage": "4G", "sgx.intel.com/epc": "8Gi" };
const node: V1Node = {
    metadata: { name: "a", labels: { "node.kubernetes.io/instance-type": "Standard_DC2s_v3", other: "label" } },
    spec: { taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] },
    status: {
        capacity: quantities,
        allocatable: { "sgx.intel.com/enclave": "110", "kubernetes.io/native": "1" },
        conditions: [{ type: "Ready", status: "True" }],
    },
};
const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "rs-name", uid: "u", controller: true };
const status = (name: string, ready: boolean) => ({ name, ready, image: "", imageID: "", restartCount: 0 });
const pod = (more: Partial<V1Pod["spec"]>, its: V1Pod["status"]): V1Pod => ({
    metadata: { namespace: "ns1", name: "pod1", uid: "uid1", ownerReferences: [owner] },
    spec: {
        initContainers: [{ name: "init", resources: { requests: { cpu: "1" } } }],
        containers: [{ name: "con1", resources: { requests: { "sgx.intel.com/epc": "2Mi", cpu: "200m" } } }],
        ...more,
    },
    status: its,
});
const of = 'namespace="ns1",pod="pod1",uid="uid1"';

test("nodes", () => {
    expect(seriesOf(kubeStateMetrics({ nodes: [node], pods: [] }))).toEqual({
        'kube_node_labels{node="a",label_node_kubernetes_io_instance_type="Standard_DC2s_v3"}': 1,
        'kube_node_spec_taint{node="a",key="node.kubernetes.io/unschedulable",value="",effect="NoSchedule"}': 1,
        'kube_node_status_allocatable{node="a",resource="sgx_intel_com_enclave",unit="integer"}': 110,
        'kube_node_status_capacity{node="a",resource="cpu",unit="core"}': 4.3,
        'kube_node_status_capacity{node="a",resource="memory",unit="byte"}': 2e9,
        'kube_node_status_capacity{node="a",resource="pods",unit="integer"}': 1000,
        'kube_node_status_capacity{node="a",resource="ephemeral_storage",unit="byte"}': 4e9,
        'kube_node_status_capacity{node="a",resource="sgx_intel_com_epc",unit="integer"}': 8 * 2 ** 30,
        'kube_node_status_condition{node="a",condition="Ready",status="true"}': 1,
        'kube_node_status_condition{node="a",condition="Ready",status="false"}': 0,
        'kube_node_status_condition{node="a",condition="Ready",status="unknown"}': 0,
    });
});

test("a pod that waits has requests without a node", () => {
    const text = kubeStateMetrics({ nodes: [], pods: [pod({}, { phase: "Pending" })] });
    expect(seriesOf(text)).toEqual({
        [`kube_pod_container_resource_requests{${of},container="con1",node="",resource="sgx_intel_com_epc",unit="integer"}`]:
            2 * 2 ** 20,
        [`kube_pod_container_resource_requests{${of},container="con1",node="",resource="cpu",unit="core"}`]: 0.2,
        [`kube_pod_info{${of},host_ip="",pod_ip="",node="",created_by_kind="ReplicaSet",created_by_name="rs-name",priority_class="",host_network="false"}`]: 1,
        [`kube_pod_status_phase{${of},phase="Pending"}`]: 1,
        ...Object.fromEntries(
            ["Succeeded", "Failed", "Unknown", "Running"].map((phase) => [
                `kube_pod_status_phase{${of},phase="${phase}"}`,
                0,
            ]),
        ),
    });
});

test("a pod that was refused, one that runs, and a reason that is not known", () => {
    const seen = (one: V1Pod) => seriesOf(kubeStateMetrics({ nodes: [], pods: [one] }));
    const refused = seen(pod({ nodeName: "a" }, { phase: "Failed", reason: "UnexpectedAdmissionError" }));
    expect(refused[`kube_pod_status_reason{${of},reason="UnexpectedAdmissionError"}`]).toBe(1);
    expect(Object.keys(refused).filter((name) => name.startsWith("kube_pod_status_reason"))).toHaveLength(1);
    const runs = seen(
        pod({ nodeName: "a" }, { phase: "Running", containerStatuses: [status("con1", true), status("con2", false)] }),
    );
    expect(runs).toMatchObject({
        [`kube_pod_container_status_ready{${of},container="con1"}`]: 1,
        [`kube_pod_container_status_ready{${of},container="con2"}`]: 0,
    });
    const other = seen(pod({ nodeName: "a" }, { phase: "Failed", reason: "OutOfcpu" }));
    expect(other[`kube_pod_status_reason{${of},reason="Other"}`]).toBe(1);
});

test("it has all of kube-state-metrics that alerts and dashboard ask for", () => {
    const names = [...kubeStateMetrics({ nodes: [], pods: [] }).matchAll(/# TYPE (\S+)/g)].map(([, name]) => name);
    expect(names.sort()).toEqual([...emittedMetrics()].filter((name) => name.startsWith("kube_")).sort());
});
