import type { Api, Manifest } from "../support/api";
import { templateOf, type PodSpec } from "../support/manifests";

/*
 * Clusters of objects only: nodes, and the pods that controllers and kubelets would make of the workloads, each with
 * the status of one that is well. For an API server without controllers, so that nothing changes them.
 */

/** A node of a pool. */
export interface FakeSgxNode {
    name: string;
    pool: string;
    vmSize: string;
    /** Bytes of EPC; absent: a node without SGX. */
    epc?: number;
    taints?: readonly { key: string; value: string; effect: string }[];
    /** Label of this package's enclave pools. Default true. */
    labelled?: boolean;
}

/** Makes a node that is ready and offers what it has. */
export async function makeNode(api: Api, node: FakeSgxNode): Promise<void> {
    const { name, pool, vmSize, epc, taints = [], labelled = epc !== undefined } = node;
    const sgx = { "sgx.intel.com/enclave": "110", "sgx.intel.com/provision": "110", "sgx.intel.com/epc": String(epc) };
    const amounts = { cpu: "8", memory: "64Gi", pods: "250", ...(epc === undefined ? {} : sgx) };
    const labels = {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.azure.com/agentpool": pool,
        "node.kubernetes.io/instance-type": vmSize,
        ...(labelled ? { "confidential-aks/sgx": "true" } : {}),
    };
    const manifest: Manifest = { apiVersion: "v1", kind: "Node", metadata: { name } };
    await made(api, { ...manifest, metadata: { name, labels }, spec: { taints } } as Manifest);
    // Admission gives every new node a taint, for a controller to take off.
    await changed(api, manifest, { spec: { taints } });
    const nodeInfo = {
        ...{
            kubeletVersion: "v1.36.2",
            architecture: "amd64",
            operatingSystem: "linux",
            osImage: "",
            kernelVersion: "",
        },
        ...{ containerRuntimeVersion: "", bootID: "", machineID: "", systemUUID: "", kubeProxyVersion: "" },
    };
    const conditions = [{ type: "Ready", status: "True", reason: "Fake", message: "" }];
    await changed(
        api,
        manifest,
        { status: { capacity: amounts, allocatable: amounts, conditions, nodeInfo } },
        "status",
    );
}

/** Makes a workload, and a pod of it on each of the nodes. */
export async function makeWorkload(api: Api, workload: Manifest, nodes: readonly string[]): Promise<void> {
    await made(api, workload);
    const { kind = "", metadata } = workload;
    const count = nodes.length;
    const statuses: Record<string, object> = {
        DaemonSet: {
            currentNumberScheduled: count,
            desiredNumberScheduled: count,
            numberReady: count,
            updatedNumberScheduled: count,
            numberMisscheduled: 0,
            numberAvailable: count,
        },
        Deployment: { replicas: count, readyReplicas: count, availableReplicas: count, updatedReplicas: count },
    };
    const status = statuses[kind];
    if (status !== undefined) await changed(api, workload, { status }, "status");
    const found = await api.get(workload);
    const { uid } = found.body["metadata"] as { uid: string };
    const owner = { apiVersion: workload.apiVersion, kind, name: metadata.name, uid, controller: true };
    await Promise.all(nodes.map((node, index) => makePod(api, workload, { owner, node, index })));
}

/** What a pod of a workload is made of. */
interface PodOf {
    owner: object;
    node: string;
    index: number;
}

async function makePod(api: Api, workload: Manifest, { owner, node, index }: PodOf): Promise<void> {
    const { metadata = {}, spec } = templateOf(workload);
    const { namespace = "default" } = workload.metadata;
    const name = `${workload.metadata.name ?? ""}-${index}`;
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, name, namespace, ownerReferences: [owner] },
        spec: { ...spec, nodeName: node },
    } as Manifest;
    await made(api, pod);
    await changed(api, pod, { status: wellStatus(spec, workload) }, "status");
}

const verdict = JSON.stringify({ verdict: "out-of-process", mode: "out-of-process", checks: [] });

/** The status of a pod that runs, or has ended well; the sample, and the proof on a node, with a verdict. */
function wellStatus(spec: PodSpec, { kind, metadata }: Manifest): object {
    const ended = kind === "Job";
    const said = metadata.namespace === "attestation-sample" ? { message: verdict } : {};
    const proves = metadata.namespace === "sgx-node-proof";
    const terminated = { exitCode: 0, reason: "Completed", finishedAt: new Date().toISOString() };
    const running = { startedAt: new Date().toISOString() };
    const common = { image: "", imageID: "", restartCount: 0, lastState: {} };
    const init = (spec.initContainers ?? []).map(({ name }) => ({
        ...common,
        name,
        ready: true,
        state: { terminated },
    }));
    const main = spec.containers.map(({ name }) => ({
        ...common,
        name,
        ready: !ended,
        started: !ended,
        state: ended ? { terminated: { ...terminated, ...said } } : { running },
        ...(proves && name === "app" ? { lastState: { terminated: { ...terminated, message: verdict } } } : {}),
    }));
    return {
        phase: ended ? "Succeeded" : "Running",
        conditions: [{ type: "Ready", status: ended ? "False" : "True" }],
        initContainerStatuses: init,
        containerStatuses: main,
    };
}

/** Makes an object; throws with the API server's words when it refuses. */
export async function made(api: Api, manifest: Manifest): Promise<void> {
    const { status, body } = await api.create(manifest);
    if (status !== 201)
        throw new Error(`${manifest.kind ?? ""} ${manifest.metadata.name ?? ""}: ${body.message ?? ""}`);
}

export async function changed(api: Api, manifest: Manifest, body: object, subresource?: string): Promise<void> {
    const answer = await api.patch(manifest, body, subresource);
    if (answer.status !== 200) throw new Error(`${manifest.metadata.name ?? ""}: ${answer.body.message ?? ""}`);
}
