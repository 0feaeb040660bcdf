import { EPC_RESOURCE, parseQuantity } from "../../../components/sgx";
import { expect } from "vitest";
import { at, textAt, type Properties } from "../doubles/values.js";
import { waitFor } from "../support/wait.js";
import type { Program } from "./program.js";
import type { Project } from "./project.js";
import type { World } from "./world.js";

/** What was seen of a workload and of the nodes during an update. */
export interface Sample {
    /** Fewest replicas that ran at once. */
    fewest: number;
    /**
     * EPC that ready nodes open to new pods offered in all, less what the replicas took wherever they ran: the lowest
     * value, in bytes.
     */
    spareEpc: number;
}

const isReady = (node: Properties) =>
    ((at(node, "status.conditions") ?? []) as Properties[]).some(
        ({ type, status }) => type === "Ready" && status === "True",
    );

const isWanted = (pod: Properties) => at(pod, "metadata.deletionTimestamp") === undefined;

/** A stack with a pool of one node, and two replicas on it of which one has to stay. */
export async function stackAtWork(world: World, program?: Program): Promise<{ project: Project; web: Workload }> {
    world.kubelets.endsAfter = () => 1500;
    const project = await world.project("dev", program);
    const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1 }];
    project.configure((config) => (config.enclavePools = enclavePools));
    await project.up();
    const web = new Workload(world, "web", 2);
    await web.start();
    await web.budget(1);
    return { project, web };
}

/** A Deployment whose pods take EPC, and its PodDisruptionBudget. */
export class Workload {
    private static readonly epc = "64Mi";
    private readonly labels: Properties;

    constructor(
        private readonly world: World,
        private readonly name: string,
        private readonly replicas: number,
    ) {
        this.labels = { app: name };
    }

    /** Starts it, with pods that prefer nodes of one pool where that is named, and waits until all run. */
    async start(pool?: string): Promise<void> {
        const resources = { limits: { [EPC_RESOURCE]: Workload.epc } };
        const container = { name: this.name, image: `example.azurecr.io/${this.name}:1`, resources };
        const expression = { key: "confidential-aks/pool", operator: "In", values: [pool ?? ""] };
        const preferred = { weight: 100, preference: { matchExpressions: [expression] } };
        const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] } };
        const pod = {
            terminationGracePeriodSeconds: 2,
            containers: [container],
            ...(pool === undefined ? {} : { affinity }),
        };
        await this.world.api.create({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: this.name, namespace: "default" },
            spec: {
                replicas: this.replicas,
                selector: { matchLabels: this.labels },
                template: { metadata: { labels: this.labels }, spec: pod },
            },
        });
        await this.allRun();
    }

    /** Says how many replicas have to stay while others are evicted. */
    async budget(minAvailable: number): Promise<void> {
        await this.world.api.apply({
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: this.name, namespace: "default" },
            spec: { minAvailable, selector: { matchLabels: this.labels } },
        });
    }

    async allRun(): Promise<void> {
        await waitFor(
            `all replicas of ${this.name} to run`,
            async () => (await this.running()).length === this.replicas,
        );
    }

    /** The replicas that run and have not been asked to end. */
    async running(): Promise<Properties[]> {
        return (await this.alive()).filter(isWanted);
    }

    /** Nodes on which replicas run. */
    async nodes(): Promise<string[]> {
        return (await this.running()).map((pod) => textAt(pod, "spec.nodeName"));
    }

    /** Looks all the time at the replicas and the nodes while something is done. */
    async sampled<T>(act: () => Promise<T>): Promise<{ result: T } & Sample> {
        const sample: Sample = { fewest: Infinity, spareEpc: Infinity };
        const end = new AbortController();
        const look = this.lookUntil(end.signal, sample);
        const result = await act().finally(async () => {
            end.abort();
            await look;
        });
        return { result, ...sample };
    }

    /** An update during which one replica always ran and had its EPC, and no pod was killed before its grace. */
    async unharmedBy(update: () => Promise<unknown>): Promise<void> {
        const { fewest, spareEpc } = await this.sampled(update);
        expect(fewest).toBeGreaterThanOrEqual(1);
        expect(spareEpc).toBeGreaterThanOrEqual(0);
        expect(this.world.kubelets.killed).toEqual([]);
    }

    private async lookUntil(end: AbortSignal, sample: Sample): Promise<void> {
        while (!end.aborted) {
            await this.look(sample);
            await new Promise((done) => setTimeout(done, 50));
        }
    }

    private async look(sample: Sample): Promise<void> {
        const nodes = await this.world.api.list("v1", "Node");
        const alive = await this.alive();
        const running = alive.filter(isWanted);
        const open = nodes.filter((node) => isReady(node) && at(node, "spec.unschedulable") !== true);
        const offers = open.map((node) => {
            const allocatable = at(node, "status.allocatable") as Properties | undefined;
            return parseQuantity(allocatable?.[EPC_RESOURCE]) ?? 0;
        });
        const taken = alive.length * (parseQuantity(Workload.epc) ?? 0);
        const offered = offers.reduce((total, each) => total + each, 0);
        sample.fewest = Math.min(sample.fewest, running.length);
        sample.spareEpc = Math.min(sample.spareEpc, offered - taken);
    }

    /** The replicas whose containers run. */
    private async alive(): Promise<Properties[]> {
        const pods = await this.world.api.list("v1", "Pod", `?labelSelector=app=${this.name}`);
        return pods.filter((pod) => textAt(pod, "status.phase") === "Running");
    }
}
