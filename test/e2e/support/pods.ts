import { BatchV1Api, CoreV1Api, type V1Container, type V1ContainerStatus, type V1Pod } from "@kubernetes/client-node";
import { Api, type Manifest } from "./api";
import type { E2eNode } from "./node";
import { waitFor } from "./wait";

/** What runs on a node: makes objects, waits for pods, and tells why something did not happen, with events and logs. */
export class Pods {
    private readonly core: CoreV1Api;
    private readonly batch: BatchV1Api;
    private readonly api: Api;

    constructor(private readonly node: E2eNode) {
        this.core = node.plane.api(CoreV1Api);
        this.batch = node.plane.api(BatchV1Api);
        this.api = new Api(node.plane.admin);
    }

    /** Applies the manifests as they are, in their order; throws with the API server's words when it refuses one. */
    async apply(...manifests: readonly Manifest[]): Promise<void> {
        for (const manifest of manifests) {
            const { status, body } = await this.api.apply(manifest);
            if (status !== 200 && status !== 201) throw new Error(`${manifest.kind ?? ""}: ${body.message ?? ""}`);
        }
    }

    async delete(manifest: Manifest): Promise<void> {
        await this.api.delete(manifest);
    }

    /** Pods of a Job or a DaemonSet. */
    async of({ kind, metadata }: Manifest): Promise<V1Pod[]> {
        const { name = "", namespace = "default" } = metadata;
        const { items } = await this.core.listNamespacedPod({ namespace });
        return items.filter((pod) =>
            pod.metadata?.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name),
        );
    }

    /** Waits until one of the workload's pods is as asked, and gives it back. */
    async until(
        what: string,
        workload: Manifest,
        wanted: (pod: V1Pod) => boolean | Promise<boolean>,
        seconds = 60,
    ): Promise<V1Pod> {
        const look = async () => {
            for (const pod of await this.of(workload)) if (await wanted(pod)) return pod;
            return undefined;
        };
        return this.waitFor(what, workload, look, seconds);
    }

    /** Waits until a Job is complete or failed, and gives back which, with its pod. */
    async ended(job: Manifest, seconds = 60): Promise<{ outcome: string; pod: V1Pod }> {
        const { name = "", namespace = "default" } = job.metadata;
        const look = async () => {
            const { status } = await this.batch.readNamespacedJob({ name, namespace });
            return status?.conditions?.find(({ type }) => type === "Complete" || type === "Failed")?.type;
        };
        const outcome = await this.waitFor(`the Job ${name} to end`, job, look, seconds);
        const [pod] = await this.of(job);
        if (pod === undefined) throw new Error(`the Job ${name} ended without a pod`);
        return { outcome, pod };
    }

    async log({ metadata }: V1Pod, container: string, previous = false): Promise<string> {
        const { name = "", namespace = "" } = metadata ?? {};
        return this.core.readNamespacedPodLog({ name, namespace, container, previous });
    }

    /** Messages of a pod's events, oldest first. */
    async events({ metadata }: V1Pod): Promise<string[]> {
        const { name = "", namespace = "" } = metadata ?? {};
        const { items } = await this.core.listNamespacedEvent({ namespace });
        return items.filter(({ involvedObject }) => involvedObject.name === name).map(({ message = "" }) => message);
    }

    /** Sends a signal to the first process of a container. */
    async signal(signal: string, { metadata }: V1Pod, container: string): Promise<void> {
        const process = await this.node.processOf(metadata?.namespace ?? "", metadata?.name ?? "", container);
        if (process === undefined) throw new Error(`${container} does not run`);
        this.node.run(`kill -${signal} ${process}`);
        // On a busy machine a process takes its time to end, and takes questions meanwhile without an answer.
        if (signal === "KILL" || signal === "TERM") {
            const runs = `[ -e /proc/${process} ] && ! grep -q "^State:.*zombie" /proc/${process}/status`;
            this.node.run(`timeout 120 sh -c 'while ${runs}; do sleep 0.05; done'`);
        }
    }

    private async waitFor<T>(
        what: string,
        workload: Manifest,
        look: () => Promise<T | undefined>,
        seconds: number,
    ): Promise<T> {
        return waitFor(what, look, { seconds, explain: () => this.explain(workload) });
    }

    /** Status, events and logs of a workload's pods. */
    private async explain(workload: Manifest): Promise<string> {
        const pods = await this.of(workload);
        if (pods.length === 0) return `no pod of ${workload.kind ?? ""} ${workload.metadata.name ?? ""}`;
        return (await Promise.all(pods.map((pod) => this.explainPod(pod)))).join("\n");
    }

    private async explainPod(pod: V1Pod): Promise<string> {
        const { metadata, spec, status } = pod;
        const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
        const states = statuses.map(
            ({ name, ready, restartCount, state, lastState }) =>
                `  ${name}: ready ${ready} ${JSON.stringify({ restartCount, state, lastState })}`,
        );
        const events = (await this.events(pod)).map((message) => `  ${message}`);
        const containers: V1Container[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
        const logs = await Promise.all(
            containers.map(async ({ name }) => `  log of ${name}:\n${await this.log(pod, name).catch(String)}`),
        );
        const phase = `pod ${metadata?.name ?? ""}: ${status?.phase ?? ""} ${JSON.stringify(status?.conditions)}`;
        return [phase, ...states, "  events:", ...events, ...logs].join("\n");
    }
}

/** Status of a pod's container or init container. */
export function statusOf(pod: V1Pod, container: string): V1ContainerStatus | undefined {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    return [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container);
}

/** Whether a pod's container is ready. */
export function isReady(pod: V1Pod, container: string): boolean {
    return pod.metadata?.deletionTimestamp === undefined && statusOf(pod, container)?.ready === true;
}
