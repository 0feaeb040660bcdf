import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metricsPort } from "../../../components/sgx";
import { seriesOf } from "../../support/metrics";
import type { Manifest } from "../support/api";
import { hurried } from "../support/hurried";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import { startNode, type E2eNode } from "../support/node";
import { isReady, Pods, statusOf } from "../support/pods";
import { aesmImage, applicationImage, imageName, nodeEpc, quotingImages, sampleImage } from "../support/sgx-images";
import { waitFor } from "../support/wait";

/*
 * The proof on a node and the metrics of both DaemonSets, as stack dev renders them, on a real node: when a proof is
 * made, what an update of the quote helper waits for, and who gets EPC that is scarce. AESM and the program that asks
 * it are doubles, and no enclave runs. See test/e2e/support/sgx-images.ts.
 */
const application = "localhost/e2e/application:1";
const updated = "localhost/e2e/aesm:2";
const manifests = renderedManifests("dev", {
    jobs: JSON.stringify([{ name: "large", image: application, epc: `${String(nodeEpc / 2 ** 20 - 2)}Mi` }]),
});
const plugin = oneOf(manifests, "DaemonSet", "sgx-device-plugin");
const helper = hurried(oneOf(manifests, "DaemonSet", "sgx-quote-helper"));
const proof = hurried(oneOf(manifests, "DaemonSet", "sgx-node-proof"));
const large = oneOf(
    manifests.filter(({ metadata }) => metadata.name?.includes("large")),
    "Job",
);

let node: E2eNode;
let pods: Pods;
let core: CoreV1Api;
beforeAll(async () => {
    node = await startNode({
        images: [
            ...quotingImages(manifests, 1),
            aesmImage(updated, 1),
            applicationImage(application),
            sampleImage(imageName(templateOf(proof).spec.containers[0]?.image ?? "")),
        ],
    });
    pods = new Pods(node);
    core = node.plane.api(CoreV1Api);
    await pods.apply(...manifests.filter(({ kind }) => kind !== "DaemonSet" && kind !== "Job"));
    await pods.apply(plugin, helper);
    await pods.until(
        "AESM and its proxy to be ready",
        helper,
        (pod) => isReady(pod, "aesm") && isReady(pod, "proxy"),
        90,
    );
});
afterAll(() => node.stop());

test("before there is a proof, the quote helper says that AESM can quote, and is not ready", async () => {
    const [pod] = await pods.of(helper);
    expect(statusOf(pod!, "metrics")).toMatchObject({ ready: false, restartCount: 0 });
    const series = await scraped(helper);
    expect(series).toMatchObject({ sgx_aesm_up: 1, sgx_aesm_healthy: 1, sgx_aesm_error_code: 0 });
    expect(series["sgx_quote_last_success_timestamp_seconds"] ?? 0).toBe(0);
});

test("a new node is proven at once, by the sample's judge, and the quote helper is ready", async () => {
    await pods.apply(proof);
    const pod = await proven();
    expect(verdictOf(pod)).toMatchObject({ verdict: "out-of-process", mode: "out-of-process" });
    expect(pod.spec).toMatchObject({ priority: -1_000_000, preemptionPolicy: "Never" });
    const series = await scraped(proof);
    expect(series).toMatchObject({
        sgx_proof_success: 1,
        'sgx_proof_mode{mode="out-of-process"}': 1,
        sgx_proof_interval_seconds: 6 * 3600,
    });
    await helperReady();
    expect((await scraped(helper))['sgx_quotes_total{code="0"}']).toBeGreaterThan(1);
});

test("nothing is proven again while nothing has changed, though the container starts again after each proof", async () => {
    const [before] = await pods.of(proof);
    await pods.signal("TERM", before!, "app");
    await pods.until("the next run", proof, (pod) => restarts(pod) > restarts(before!) && running(pod));
    const last = (await scraped(proof))["sgx_proof_last_run_timestamp_seconds"];
    await new Promise((next) => setTimeout(next, 5000));
    expect((await scraped(proof))["sgx_proof_last_run_timestamp_seconds"]).toBe(last);
});

test("a kubelet that restarts leaves the node proven", async () => {
    await node.restartKubelet();
    await proven();
    await helperReady();
});

test("a scrape does not wait for an AESM that hangs, and tells it", async () => {
    const [pod] = await pods.of(helper);
    await pods.signal("STOP", pod!, "aesm");
    const series = await waitFor("the metrics to tell it", async () => {
        const now = await scraped(helper);
        return now["sgx_aesm_error_code"] === -1 && now;
    });
    expect(series).toMatchObject({ sgx_aesm_up: 0, sgx_aesm_healthy: 0 });
    expect(series["sgx_aesm_last_healthy_timestamp_seconds"]).toBeGreaterThan(Date.now() / 1000 - 600);
    // The kubelet restarts it.
    await pods.until("AESM to be back", helper, (one) => isReady(one, "aesm") && restarts(one, "aesm") > 0, 90);
    await waitFor("the metrics to tell it", async () => (await scraped(helper))["sgx_aesm_healthy"] === 1);
});

describe("an update of the quote helper", () => {
    const changed = structuredClone(helper);
    for (const container of templateOf(changed).spec.containers) container.image = updated;

    test("is done on a node when the node is proven again, at once", async () => {
        const last = await lastProof();
        await pods.apply(changed);
        await helperReady(({ spec }) => imageName(spec?.containers[0]?.image ?? "") === updated);
        await waitFor("another proof", async () => (await lastProof()) > last);
    });

    test("stays at a node where nobody gets a quote, until somebody lets it pass", async () => {
        await pods.delete(proof);
        await waitFor("the proof to be gone", async () => (await pods.of(proof)).length === 0);
        await pods.apply(helper);
        const stays = await pods.until(
            "AESM to be ready",
            helper,
            (pod) => isReady(pod, "aesm") && isReady(pod, "proxy") && imageOf(pod) !== updated,
            90,
        );
        await new Promise((next) => setTimeout(next, 4000));
        const [pod] = await pods.of(helper);
        expect(pod?.metadata?.uid).toBe(stays.metadata?.uid);
        expect(statusOf(pod!, "metrics")?.ready).toBe(false);
        const { name = "", namespace = "" } = stays.metadata ?? {};
        await node.kubectl("exec", "-n", namespace, name, "-c", "proxy", "--", "touch", "/var/run/sgx-metrics/skip");
        await helperReady();
        await pods.apply(proof);
        await proven();
    });
});

test("work that needs the EPC of the proof gets it; the proof says what it waits for, and comes back", async () => {
    const [before] = await pods.of(proof);
    await pods.apply(large);
    const { outcome } = await pods.ended(large, 120);
    expect(outcome).toBe("Complete");
    const events = (await core.listNamespacedEvent({ namespace: before?.metadata?.namespace ?? "" })).items;
    const reasons = events.map(({ reason, message }) => `${reason ?? ""}: ${message ?? ""}`);
    expect(reasons).toContainEqual(expect.stringContaining("Preempted: "));
    const after = await proven();
    expect(after.metadata?.uid).not.toBe(before?.metadata?.uid);
});

test("a node that has restarted is proven anew", async () => {
    const last = await lastProof();
    await node.reboot();
    await waitFor("another proof", async () => (await lastProof()) > last, { seconds: 180 });
    await helperReady();
});

/** The pod of the proof as soon as its node is proven. */
async function proven(): Promise<V1Pod> {
    return pods.until("the node to be proven", proof, (pod) => isReady(pod, "app") && isReady(pod, "metrics"), 150);
}

async function helperReady(wanted: (pod: V1Pod) => boolean = () => true): Promise<V1Pod> {
    const all = ["aesm", "proxy", "metrics"];
    return pods.until(
        "the quote helper to be ready",
        helper,
        (pod) => all.every((one) => isReady(pod, one)) && wanted(pod),
        150,
    );
}

async function lastProof(): Promise<number> {
    return (await scraped(proof))["sgx_proof_last_success_timestamp_seconds"] ?? 0;
}

/** What Prometheus gets from the one pod of a DaemonSet, as soon as there is a pod and it answers. */
async function scraped(daemonSet: Manifest): Promise<Record<string, number>> {
    return waitFor(
        `${daemonSet.metadata.name ?? ""} to be scraped`,
        async () => {
            const pod = (await pods.of(daemonSet)).find(({ metadata }) => metadata?.deletionTimestamp === undefined);
            if (pod?.status?.podIP === undefined) return undefined;
            const url = `http://${pod.status.podIP}:${metricsPort}/metrics`;
            const get = `fetch("${url}").then((answer) => answer.text()).then(console.log)`;
            return seriesOf(node.run(`timeout 30 '${process.execPath}' -e '${get}'`));
        },
        { seconds: 150, every: 1000 },
    );
}

function verdictOf(pod: V1Pod): unknown {
    return JSON.parse(statusOf(pod, "app")?.lastState?.terminated?.message ?? "{}");
}

const imageOf = ({ spec }: V1Pod) => imageName(spec?.containers[0]?.image ?? "");
const restarts = (pod: V1Pod, container = "app") => statusOf(pod, container)?.restartCount ?? 0;
const running = (pod: V1Pod) => statusOf(pod, "app")?.state?.running !== undefined;
