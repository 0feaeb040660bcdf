import type { AzureResource } from "../azure/azure.js";
import { at, isProperties, textAt, type Properties, type Value } from "../values.js";
import { ApiError, keyOf, type KubernetesApi, Unreachable } from "./api.js";

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** Whether a pod of a Job is to succeed. */
export type JobOutcome = (pod: Properties) => boolean;

/**
 * Stands in for the kubelets of all nodes: keeps nodes Ready, says of every pod bound to one that it runs and is Ready,
 * ends the pods of Jobs, and lets deleted pods go. No container runs: that is what `test/e2e/node` is for.
 */
export class FakeKubelets {
    private running = true;
    private readonly loop: Promise<void>;
    private beat = 0;
    /** Whether the pods of Jobs succeed. Default: all do. */
    jobSucceeds: JobOutcome = () => true;
    /** Whether the nodes get a pod's image. Default: any. */
    canPull: (image: string) => boolean = () => true;
    /** Milliseconds that a pod's containers take to end after they were asked to, if its grace is not over before. */
    endsAfter: (pod: Properties) => number = () => 0;
    /** Milliseconds after which a new node offers EPC: Intel's plugin starts there first. */
    epcAfter = 0;
    /** Nodes that do not offer their EPC yet, with the time at which they do. */
    private readonly withoutEpc = new Map<string, number>();
    /** Most pods of a DaemonSet that were seen on one node at once. */
    mostOnOneNode = 0;
    /**
     * Pods, as `namespace/name`, whose containers did not come to their end: they ran on a node when it went, or were
     * removed without a grace.
     */
    readonly killed: string[] = [];
    /** Pods that are bound to a node, by uid, as the API server last told of them. */
    private readonly pods = new Map<string, Properties>();
    /** Pods that run, and pods that have ended, by uid. */
    private readonly alive = new Map<string, string>();
    private readonly ended = new Set<string>();

    constructor(private readonly api: KubernetesApi) {
        this.loop = this.run();
    }

    async stop(): Promise<void> {
        this.running = false;
        await this.loop;
    }

    /** Makes the nodes what Azure's pools say: one node for each that a pool counts. */
    async follow(pools: readonly AzureResource[]): Promise<void> {
        const wanted = new Map(pools.flatMap(nodesOf).map((node) => [textAt(node, "metadata.name"), node]));
        const there = (await this.api.list("v1", "Node")).map((node) => textAt(node, "metadata.name"));
        for (const name of there) {
            const node = wanted.get(name);
            if (node === undefined) await this.removeNode(name);
        }
        for (const [name, node] of wanted) {
            const { status, ...spec } = node;
            if (!there.includes(name)) {
                await this.api.create(spec);
                await this.api.merge(keyOf(node), { status: this.firstStatus(name, status) }, "/status");
            } else {
                // A pool of another size under the same name is other nodes; an upgrade, nodes of another version.
                await this.api.merge(keyOf(node), { metadata: { labels: at(node, "metadata.labels") } });
                await this.api.merge(keyOf(node), { status: { nodeInfo: at(status, "nodeInfo") } }, "/status");
            }
        }
    }

    /** What a node says of itself at first. */
    private firstStatus(name: string, status: Value): Value {
        if (this.epcAfter === 0 || !isProperties(status)) return status;
        this.withoutEpc.set(name, Date.now() + this.epcAfter);
        const none = Object.fromEntries(Object.keys(sgx).map((resource) => [resource, null]));
        const offered = (of: Value) => (isProperties(of) ? { ...of, ...none } : of);
        return { ...status, capacity: offered(status.capacity), allocatable: offered(status.allocatable) };
    }

    /** Lets the nodes that do not offer their EPC yet do so. */
    offerNow(): void {
        for (const name of this.withoutEpc.keys()) this.withoutEpc.set(name, 0);
    }

    private async offerEpc(): Promise<void> {
        for (const [name, from] of this.withoutEpc) {
            if (Date.now() < from) continue;
            this.withoutEpc.delete(name);
            const key = { apiVersion: "v1", kind: "Node", namespace: undefined, name };
            if ((await this.api.get(key)) === undefined) continue;
            await this.api.merge(key, { status: { capacity: sgx, allocatable: sgx } }, "/status");
        }
    }

    /** AKS deletes the machines of a pool without cordon and drain (AKS docs, `resize-node-pool.md`). */
    private async removeNode(name: string): Promise<void> {
        await this.api.delete({ apiVersion: "v1", kind: "Node", namespace: undefined, name });
        for (const pod of await this.api.list("v1", "Pod", `?fieldSelector=spec.nodeName=${name}`)) {
            const ran = ["Pending", "Running"].includes(textAt(pod, "status.phase"));
            if (ran && ownerOf(pod).kind !== "DaemonSet") {
                this.killed.push(nameOf(pod));
            }
            this.ended.add(uidOf(pod));
            await this.api.delete(keyOf(pod), { gracePeriodSeconds: 0 });
        }
    }

    private async run(): Promise<void> {
        const failures: Error[] = [];
        const stop = await this.api.watch(["v1", "Pod", "fieldSelector=spec.nodeName!="], {
            change: (change, pod) => {
                if (change === "DELETED") this.pods.delete(uidOf(pod));
                else this.pods.set(uidOf(pod), { apiVersion: "v1", kind: "Pod", ...pod });
                this.count();
                this.miss();
            },
            error: (error) => failures.push(error),
        });
        while (this.running) {
            const [failure] = failures;
            if (failure !== undefined) throw failure;
            try {
                await this.look();
            } catch (error) {
                // What went away, changed, or could not be reached meanwhile is looked at again, as a kubelet does.
                if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
            }
            await sleep(100);
        }
        stop();
    }

    private async look(): Promise<void> {
        if (Date.now() - this.beat > 5000) {
            this.beat = Date.now();
            for (const node of await this.api.list("v1", "Node")) {
                await this.api.merge(keyOf(node), { status: readyNode() }, "/status");
            }
        }
        await this.offerEpc();
        for (const pod of this.pods.values()) await this.tend(pod);
    }

    private async tend(pod: Properties): Promise<void> {
        if (at(pod, "metadata.deletionTimestamp") !== undefined) {
            if (!this.hasEnded(pod)) return;
            this.ended.add(uidOf(pod));
            await this.api.delete(keyOf(pod), { gracePeriodSeconds: 0 });
        } else if (at(pod, "status.phase") === "Pending") {
            if (!imagesOf(pod).every((image) => this.canPull(image))) return;
            const ends = ownerOf(pod).kind === "Job" ? this.jobSucceeds(pod) : undefined;
            await this.api.merge(keyOf(pod), { status: podStatus(pod, ends) }, "/status");
        }
    }

    /** Whether a deleted pod's containers have ended, by themselves or at the end of the grace. */
    private hasEnded(pod: Properties): boolean {
        const graceEnds = Date.parse(textAt(pod, "metadata.deletionTimestamp"));
        const asked = graceEnds - Number(at(pod, "metadata.deletionGracePeriodSeconds") ?? 0) * 1000;
        return Date.now() >= Math.min(graceEnds, asked + this.endsAfter(pod));
    }

    /** Notices pods that ran and are gone, though their containers have not ended. */
    private miss(): void {
        for (const [uid, name] of this.alive) {
            if (this.pods.has(uid)) continue;
            this.alive.delete(uid);
            if (!this.ended.has(uid)) this.killed.push(name);
        }
        for (const [uid, pod] of this.pods)
            if (textAt(pod, "status.phase") === "Running") this.alive.set(uid, nameOf(pod));
    }

    private count(): void {
        const seen = new Map<string, number>();
        for (const pod of this.pods.values()) {
            const owner = ownerOf(pod);
            if (owner.kind !== "DaemonSet") continue;
            const key = `${textAt(owner, "uid")} ${textAt(pod, "spec.nodeName")}`;
            seen.set(key, (seen.get(key) ?? 0) + 1);
        }
        this.mostOnOneNode = Math.max(this.mostOnOneNode, ...seen.values());
    }
}

const uidOf = (pod: Properties) => textAt(pod, "metadata.uid");
const nameOf = (pod: Properties) => `${textAt(pod, "metadata.namespace")}/${textAt(pod, "metadata.name")}`;

function ownerOf(pod: Properties): Properties {
    const [owner] = (at(pod, "metadata.ownerReferences") ?? []) as Properties[];
    return owner ?? {};
}

function imagesOf(pod: Properties): string[] {
    const containers = ["spec.initContainers", "spec.containers"].flatMap((path) => at(pod, path) ?? []);
    return containers.map((container) => textAt(container, "image"));
}

/** What Intel's plugin makes the nodes of an SGX size offer. */
const sgx = { "sgx.intel.com/epc": "8Gi", "sgx.intel.com/enclave": "110", "sgx.intel.com/provision": "110" };

function nodesOf({ shown }: AzureResource): Properties[] {
    const pool = textAt(shown, "agentPoolName");
    const size = textAt(shown, "vmSize");
    const taints = ((shown.nodeTaints ?? []) as string[]).map((text) => {
        const [, key = "", value = "", effect = ""] = /^([^=]+)=([^:]*):(.+)$/.exec(text) ?? [];
        return { key, value, effect };
    });
    const offer = { cpu: "8", memory: "64Gi", pods: "110", ...(/^Standard_DC.*_v[23]$/.test(size) ? sgx : {}) };
    return Array.from({ length: Number(shown.count ?? shown.minCount ?? 1) }, (_, index) => ({
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name: `aks-${pool}-${index}`,
            labels: {
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.azure.com/agentpool": pool,
                "node.kubernetes.io/instance-type": size,
                ...(isProperties(shown.nodeLabels) ? shown.nodeLabels : {}),
            },
        },
        spec: { taints },
        status: { ...readyNode(), capacity: offer, allocatable: offer, nodeInfo: nodeInfo(shown) },
    }));
}

/** Nodes have the version of their pool, which need not be that of the cluster. */
function nodeInfo(pool: Properties): Properties {
    const names = ["machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion"];
    const empty = Object.fromEntries(names.map((name) => [name, ""]));
    const system = { operatingSystem: "linux", architecture: "amd64", kubeProxyVersion: "" };
    return { ...empty, ...system, kubeletVersion: `v${textAt(pool, "currentOrchestratorVersion")}` };
}

function readyNode(): Properties {
    const now = new Date().toISOString();
    const ready = { type: "Ready", status: "True", reason: "FakeKubelet", message: "a stand-in says so" };
    return { conditions: [{ ...ready, lastHeartbeatTime: now, lastTransitionTime: now }] };
}

function podStatus(pod: Properties, succeeds: boolean | undefined): Properties {
    const now = new Date().toISOString();
    const done = succeeds !== undefined;
    const exitCode = succeeds === false ? 1 : 0;
    const container = ({ name, image }: Properties): Properties => ({
        name,
        image,
        imageID: "",
        ready: !done,
        restartCount: 0,
        state: done ? { terminated: { exitCode, startedAt: now, finishedAt: now } } : { running: { startedAt: now } },
    });
    const condition = (type: string, holds: boolean) => ({
        type,
        status: holds ? "True" : "False",
        lastTransitionTime: now,
    });
    return {
        phase: succeeds === undefined ? "Running" : succeeds ? "Succeeded" : "Failed",
        startTime: now,
        conditions: [
            condition("PodScheduled", true),
            condition("Initialized", true),
            condition("ContainersReady", !done),
            condition("Ready", !done),
        ],
        containerStatuses: ((at(pod, "spec.containers") ?? []) as Properties[]).map(container),
    };
}
