import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { collect, type CollectRequest } from "../../../doctor/collect/index";
import { judge } from "../../../doctor/judge/judge";
import { graceMinutes } from "../../../doctor/judge/starting";
import type { Finding, Report } from "../../../doctor/model/report";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { Api, type Manifest } from "../support/api";
import { hurried } from "../support/hurried";
import { oneOf, renderedManifests, templateOf, type PodSpec } from "../support/manifests";
import { startNode, type E2eNode } from "../support/node";
import { isReady, Pods } from "../support/pods";
import { installPolicies, makeNamespace } from "../support/policies";
import { aesmImage, applicationImage, hookImage, imageName, quotingImages, sampleImage } from "../support/sgx-images";
import { waitFor } from "../support/wait";

/*
 * A cluster of one real node that is healthy, for faults to break: stack dev's DaemonSets and sample, the admission
 * policies for the namespace "shop", and a Deployment there that attests. AESM, the EPC of the processor and the
 * programs that quote are doubles (test/e2e/support/sgx-images.ts); everything else is real.
 */
export const application = "localhost/e2e/application:1";
export const shop = "shop";
/** Milliseconds from one look of the doctor to the next: each is dozens of requests. */
export const lookEvery = 2500;

/** EPC of the size that the node says it is, Standard_DC2s_v3. */
const epcBytes = 8192 * 1024 ** 2;

const manifests = renderedManifests("dev");
const plugin = oneOf(manifests, "DaemonSet", "sgx-device-plugin");
const helper = hurried(oneOf(manifests, "DaemonSet", "sgx-quote-helper"));
const proof = hurried(oneOf(manifests, "DaemonSet", "sgx-node-proof"));
const sample = oneOf(manifests, "Job");
const helperNetwork = oneOf(
    manifests.filter(({ metadata }) => metadata.namespace === "sgx-quote-helper"),
    "NetworkPolicy",
);

/** A merge patch. */
type Patch = Record<string, unknown>;

/** A healthy cluster, and the ways to break it. */
export class Rig {
    readonly pods: Pods;
    readonly api: Api;
    readonly core: CoreV1Api;
    /** The DaemonSets as they were applied. */
    readonly plugin = plugin;
    readonly helper = helper;
    readonly helperNetwork = helperNetwork;

    private constructor(readonly node: E2eNode) {
        this.pods = new Pods(node);
        this.api = new Api(node.plane.admin);
        this.core = node.plane.api(CoreV1Api);
    }

    /** Starts it, and waits until the doctor finds nothing. About a minute. */
    static async start(): Promise<Rig> {
        const node = await startNode({
            labels: {
                "confidential-aks/sgx": "true",
                "kubernetes.azure.com/agentpool": "enclave",
                "node.kubernetes.io/instance-type": "Standard_DC2s_v3",
            },
            images: [
                ...quotingImages(manifests, 0, epcBytes),
                aesmImage("localhost/e2e/aesm:2.23.100.2", 0),
                hookImage("localhost/e2e/no-epc:1", 0),
                applicationImage(application),
                sampleImage(imageName(templateOf(sample).spec.containers[0]?.image ?? "")),
            ],
        });
        const rig = new Rig(node);
        await rig.pods.apply(...manifests.filter(({ kind }) => kind !== "DaemonSet" && kind !== "Job"));
        await makeNamespace(rig.api, shop);
        await installPolicies(rig.api, { namespaces: [shop], kubernetesVersion: "1.36" }, "policies");
        // Without the proof on the node, a quote helper that was replaced would wait for one.
        await rig.pods.apply(plugin, helper, proof, deployment("web"), sample);
        await rig.pods.ended(sample, 180);
        await rig.untilHealthy();
        return rig;
    }

    async stop(): Promise<void> {
        await this.node.stop();
    }

    /**
     * What the doctor says of what it reads now, from what is installed in this repository: as if it had stayed so for
     * longer than a start may take.
     */
    async examine(more: Partial<CollectRequest> = {}): Promise<Report> {
        const snapshot = await this.collect(more);
        const later = Date.parse(snapshot.takenAt) + (graceMinutes + 1) * 60_000;
        return judge({ ...snapshot, takenAt: new Date(later).toISOString() });
    }

    /** What the doctor reads now. */
    collect(more: Partial<CollectRequest> = {}): Promise<Snapshot> {
        const { text } = this.node.plane.kubeconfig;
        return collect({ kubeconfig: text, logs: false, exec: false, ...more }, () => undefined);
    }

    /** Waits until the doctor finds nothing any more. A proof that failed is repeated after half a minute and more. */
    async untilHealthy(seconds = 240): Promise<void> {
        let seen: string[] = [];
        const look = async () => (seen = summary(await this.examine())).length === 0;
        await waitFor("the doctor to find nothing", look, {
            seconds,
            every: lookEvery,
            explain: async () => [...seen, ...(await this.containers())].join("\n"),
        });
    }

    /** The containers of the helper and of the proof, as the kubelet sees them. */
    private async containers(): Promise<string[]> {
        const pods = [...(await this.pods.of(this.helper)), ...(await this.pods.of(proof))];
        return pods.flatMap(({ metadata, status }) =>
            (status?.containerStatuses ?? []).map(
                ({ name, ready, state, lastState }) =>
                    `${metadata?.name}/${name}: ready ${ready}, ${JSON.stringify({ state, lastState })}`,
            ),
        );
    }

    /** Makes an object of the stack again, as it was. */
    async applyAgain({ kind = "", metadata }: Manifest): Promise<void> {
        await this.pods.apply(oneOf(manifests, kind, metadata.name));
    }

    /** Merge-patches an object; `subresource` such as `status`. */
    async patch(manifest: Manifest, body: Patch, subresource?: string): Promise<void> {
        const answer = await this.api.patch(manifest, body, subresource);
        if (answer.status !== 200) throw new Error(answer.body.message);
    }

    /** Puts back the spec that an object had when it was made. */
    async respec(manifest: Manifest): Promise<void> {
        await this.patch(manifest, { spec: (manifest as Manifest & { spec: unknown }).spec });
    }

    /** Merge-patches the node, or its status. */
    async patchNode(body: Patch, subresource?: string): Promise<void> {
        await this.patch({ apiVersion: "v1", kind: "Node", metadata: { name: this.node.name } }, body, subresource);
    }

    /** Applies a DaemonSet with a changed pod, and gives its pods an end, so that the change is there at once. */
    async change(daemonSet: Manifest, change: (spec: PodSpec) => void): Promise<void> {
        const changed = structuredClone(daemonSet);
        change(templateOf(changed).spec);
        await this.pods.apply(changed);
        await this.restart(daemonSet);
    }

    /** Deletes the pods of a workload; its controller makes others. */
    async restart(workload: Manifest): Promise<void> {
        for (const { metadata = {} } of await this.pods.of(workload)) await this.end(metadata);
    }

    /** Deletes a pod at once, if it is still there. */
    private async end({ name = "", namespace = "" }: NonNullable<V1Pod["metadata"]>): Promise<void> {
        const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace } };
        const { status, body } = await this.api.delete(pod, { gracePeriodSeconds: "0" });
        if (status !== 200 && status !== 404) throw new Error(body.message);
    }

    /** Puts back what `change` changed. */
    async putBack(daemonSet: Manifest): Promise<void> {
        await this.pods.apply(daemonSet);
        await this.restart(daemonSet);
        const container = daemonSet === this.plugin ? "plugin" : "aesm";
        await this.pods.until("the pod to be ready again", daemonSet, (pod) => isReady(pod, container));
    }

    /** The quote helper's pod. */
    async aesm(): Promise<V1Pod> {
        return this.pods.until("AESM to run", this.helper, ({ status }) => status?.phase === "Running");
    }
}

/** A Deployment in the shop that attests, as the policies set it up. */
export function deployment(name: string, change: (spec: PodSpec) => void = () => undefined): Manifest {
    const labels = { app: name, "confidential-aks/attestation": "out-of-process" };
    const spec: PodSpec = {
        terminationGracePeriodSeconds: 0,
        nodeSelector: { "confidential-aks/sgx": "true" },
        containers: [
            {
                name: "app",
                image: application,
                args: ["stay"],
                resources: { limits: { "sgx.intel.com/epc": "64Mi", "sgx.intel.com/enclave": "1" } },
                securityContext: { runAsUser: 0 },
            },
        ],
    };
    change(spec);
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: shop },
        spec: {
            replicas: 1,
            strategy: { type: "Recreate" },
            selector: { matchLabels: { app: name } },
            template: { metadata: { labels }, spec },
        },
    } as Manifest;
}

/** The findings as "CA-N10 epc-missing: Node enclave-node: the node has no EPC". */
export function summary(report: Report): string[] {
    return findingsOf(report).map(({ code, reason, where, seen }) => {
        const places = where.map(({ kind, namespace, name }) => [kind, namespace, name].filter(Boolean).join(" "));
        return `${code} ${reason}: ${places.join(", ")}: ${seen}`;
    });
}

/** Findings of a report as `CA-N10 epc-missing`. */
export function namesOf(report: Report): string[] {
    return findingsOf(report).map(({ code, reason }) => `${code} ${reason}`);
}

function findingsOf({ categories }: Report): Finding[] {
    return categories.flatMap(({ checks }) => checks.flatMap((check) => check.findings));
}
