import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { freePort } from "../../support/free-port";
import type { Api } from "./api";
import { atEnd, Daemon } from "./daemon";
import { systemCommand } from "./tools";

/** What runs of a pod: its server of metrics, and the folder that it reads. */
interface Running {
    server: Daemon;
    folder: string;
    /** Where the readiness probe of the container asks. */
    url: string;
}

/**
 * A double of the kubelets for pods of the quote helper, on nodes that are objects only. Of a pod's containers only
 * `metrics` runs: images/quote-helper/metrics.pl, with the arguments and by the readiness probe of the pod, in a folder
 * of the pod's own and on a free port. AESM and its proxy do not run and count as ready; what the proxy would note is
 * written by the test.
 */
export class HelperKubelets {
    private readonly folder = mkdtempSync(join(tmpdir(), "confidential-aks-kubelets-"));
    private readonly remove = atEnd(`sleep 0.5; rm -rf '${this.folder}'`);
    private readonly running = new Map<string, Running>();

    constructor(
        private readonly core: CoreV1Api,
        private readonly api: Api,
        private readonly namespace: string,
    ) {}

    /** What kubelets do by and by: start pods, probe and report them, end those that have to go. The pods after it. */
    async round(): Promise<V1Pod[]> {
        for (const pod of await this.pods()) {
            if (pod.metadata?.deletionTimestamp !== undefined) await this.end(pod);
            else if (pod.spec?.nodeName !== undefined) await this.report(pod);
        }
        return this.pods();
    }

    /** Notes in the folder of a pod: that its AESM made a quote, or that nobody waits for one. */
    note(pod: V1Pod, what: "quote" | "skip"): void {
        const folder = this.running.get(uidOf(pod))?.folder ?? "";
        if (what === "skip") writeFileSync(join(folder, "skip"), "");
        else writeFileSync(join(folder, "quotes.prom"), "sgx_quote_last_success_timestamp_seconds 1780000000\n");
    }

    async stop(): Promise<void> {
        for (const { server } of this.running.values()) await server.stop(0);
        await this.remove();
        rmSync(this.folder, { recursive: true, force: true });
    }

    private async pods(): Promise<V1Pod[]> {
        return (await this.core.listNamespacedPod({ namespace: this.namespace })).items;
    }

    private async end(pod: V1Pod): Promise<void> {
        await this.running.get(uidOf(pod))?.server.stop(0);
        this.running.delete(uidOf(pod));
        const name = pod.metadata?.name ?? "";
        await this.core.deleteNamespacedPod({ name, namespace: this.namespace, gracePeriodSeconds: 0 });
    }

    private async report(pod: V1Pod): Promise<void> {
        const running = this.running.get(uidOf(pod)) ?? (await this.start(pod));
        this.running.set(uidOf(pod), running);
        const isProven = await answersOk(running.url);
        const reported = pod.status?.containerStatuses?.find(({ name }) => name === "metrics")?.ready;
        if (reported === isProven) return;
        const status = isProven ? "True" : "False";
        const report = {
            phase: "Running",
            conditions: ["ContainersReady", "Ready"].map((type) => ({ type, status })),
            containerStatuses: pod.spec?.containers.map(({ name, image = "" }) => ({
                ...{ name, image, imageID: image, restartCount: 0, state: { running: {} } },
                ready: name !== "metrics" || isProven,
            })),
        };
        const { name, namespace } = { name: pod.metadata?.name ?? "", namespace: this.namespace };
        const manifest = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace } };
        const answer = await this.api.patch(manifest, { status: report }, "status");
        if (answer.status !== 200) throw new Error(`the status of ${name}: ${answer.body.message ?? ""}`);
    }

    private async start(pod: V1Pod): Promise<Running> {
        const container = pod.spec?.containers.find(({ name }) => name === "metrics");
        const [perl, script = "", , ...rest] = container?.command ?? [];
        const path = container?.readinessProbe?.httpGet?.path;
        if (perl !== "perl" || basename(script) !== "metrics.pl" || path === undefined)
            throw new Error(`not the container that is known here: ${JSON.stringify(container)}`);
        const folder = join(this.folder, uidOf(pod));
        mkdirSync(folder);
        const port = await freePort();
        const args = rest.map((each) => (each.startsWith("/") ? join(folder, basename(each)) : each));
        const server = Daemon.start(
            `metrics-${uidOf(pod)}`,
            systemCommand("perl"),
            [resolve("images/quote-helper/metrics.pl"), String(port), ...args],
            { folder: this.folder },
        );
        return { server, folder, url: `http://127.0.0.1:${port}${path}` };
    }
}

export function uidOf({ metadata }: V1Pod): string {
    return metadata?.uid ?? "";
}

async function answersOk(url: string): Promise<boolean> {
    try {
        return (await fetch(url)).ok;
    } catch {
        return false;
    }
}
