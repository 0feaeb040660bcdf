import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { renderMetrics } from "../../../tcb/render/metrics";
import { checkTcb } from "../../../tcb/run";
import { IntelPcsDouble, recordedFmspc } from "../../doubles/intel-pcs/service";
import { Alerts } from "../support/alerts";
import { templateOf } from "../support/manifests";
import { startNode, type E2eNode } from "../support/node";
import { isReady, Pods, statusOf } from "../support/pods";
import { Prometheus } from "../support/prometheus";
import { applicationImage, imageName, nodeEpc, quotingImages, sampleImage } from "../support/sgx-images";
import { shortened } from "../support/shortened";
import { waitFor } from "../support/wait";
import * as watched from "./watched";

/*
 * Every alert of AttestationMonitoring, firing and resolved, at a real Alertmanager, behind a real Prometheus that has
 * its rules, with seconds in the place of minutes, and its PodMonitors. The quote helper and the proof run on a real
 * node; AESM, the processor's EPC, kube-state-metrics and what finds pods for Prometheus are doubles. The tests follow
 * each other on one node.
 *
 * By the states of AESM's double: CannotQuote, QuotingDownEverywhere, Busy, Slow, ProofStale; QuotesFail by a pod that
 * asks it for what it refuses. By the real kubelet, scheduler and controllers: NodeWithoutReadyQuoteHelper,
 * ProofMissing, DevicePluginLost, EpcNotRegistered, PodsRefused, RequestNeverFits, EpcExhausted, EpcAlmostFull,
 * TcbCheckFailed (the program in its pod is a stand-in that ends with 3). By a label of the node: SizeRetires. By a
 * kubelet that is stopped, and metrics set back by a quarter of an hour: AesmNotAsked. By what `tcb --metrics` would
 * write, of a double of Intel's service, served as a file: CollateralExpired, CollateralExpiresSoon.
 */
const { plugin, helper, proof, resident, asking } = watched;
const sizeLabel = "node.kubernetes.io/instance-type";
const onNode = { node: "enclave-node" };
const namespace = "default";
/** On a busy machine two proofs take longer than twice the 20 seconds of their interval. */
const also = ["SgxProofStale"];

// Several waits in a test, each with its own bound.
vi.setConfig({ testTimeout: 900_000 });

let node: E2eNode;
let pods: Pods;
let core: CoreV1Api;
let shipped: watched.Shipped;
let prometheus: Prometheus | undefined;
let alerts: Alerts;
/** What is served as a file. */
let metrics = "";

beforeAll(async () => {
    shipped = await watched.shippedMonitoring();
    node = await startNode({
        labels: { "confidential-aks/sgx": "true", [sizeLabel]: "Standard_DC2s_v2" },
        images: [
            ...quotingImages(watched.manifests, 1),
            applicationImage(watched.application),
            sampleImage(imageName(templateOf(proof).spec.containers[0]?.image ?? "")),
            { name: watched.tcbImage, entrypoint: ["/usr/bin/perl", "-e", "exit 3"] },
        ],
        // A node whose kubelet is stopped for a while stays ready.
        controlPlane: { controllerManagerFlags: ["--node-monitor-grace-period=10m"] },
    });
    pods = new Pods(node);
    core = node.plane.api(CoreV1Api);
    await pods.apply(...watched.manifests.filter(({ kind }) => kind !== "DaemonSet" && kind !== "Job"));
    const { rules, podMonitors } = shipped;
    prometheus = await Prometheus.start(node, { groups: [shortened(rules)], podMonitors, metrics: () => metrics });
    alerts = new Alerts(prometheus);
});
afterAll(async () => {
    await prometheus?.stop();
    await node.stop();
});

test("a node of a size that Azure has ended: without device plugin, then without quote helper and proof", async () => {
    await alerts.fire({ SgxEpcNotRegistered: [onNode] }, { also: ["SgxSizeRetires"] });
    await pods.apply(plugin);
    await alerts.fire({
        SgxSizeRetires: [{ ...onNode, retires_on: "2026-06-30" }],
        SgxNodeWithoutReadyQuoteHelper: [onNode],
        SgxProofMissing: [onNode],
    });
    await node.kubectl("label", "node", node.name, `${sizeLabel}-`);
    await pods.apply(helper, proof);
    await alerts.end();
});

describe("an AESM", () => {
    const downs = { SgxQuotingDownEverywhere: [{}], SgxNodeWithoutReadyQuoteHelper: [onNode] };

    test("that cannot quote", async () => {
        await signal("USR1");
        await alerts.fire({ ...downs, SgxAesmCannotQuote: [onNode], SgxProofStale: [onNode] });
        await signal("USR2");
        await alerts.end();
    });

    test("that hangs in a quote, which the proof asks for", async () => {
        await signal("HUP");
        await alerts.fire({ ...downs, SgxAesmBusy: [onNode] }, { also });
        await signal("USR2");
        await alerts.end();
    });

    test("that is frozen", async () => {
        await signal("STOP");
        await alerts.fire({ ...downs, SgxAesmCannotQuote: [onNode] }, { also });
        await signal("CONT");
        await alerts.end();
    });

    test("that nobody asks any more, since the kubelet is stopped", async () => {
        const { metadata } = await aesmPod();
        node.pauseKubelet();
        try {
            const volume = `/var/lib/kubelet/pods/${metadata?.uid ?? ""}/volumes/kubernetes.io~empty-dir/metrics`;
            const asked = Math.floor(Date.now() / 1000) - 15 * 60;
            // Again and again: a probe that the kubelet had begun may still write.
            const meanwhile = () => {
                node.run(`sed -i -E 's/^(sgx_aesm_last_asked\\S+) .*/\\1 ${asked}/' ${volume}/answers.prom`);
            };
            await alerts.fire({ SgxAesmNotAsked: [onNode] }, { also, meanwhile });
        } finally {
            node.resumeKubelet();
        }
        await alerts.end();
    });

    test("that takes seconds to answer, and one that pods get no quotes of; without proofs, which would get some", async () => {
        await pods.apply(resident);
        const isRunning = (pod: V1Pod) => statusOf(pod, "app")?.state?.running !== undefined;
        const { metadata } = await pods.until("the resident to run", resident, isRunning, 90);
        const process = await node.processOf(namespace, metadata?.name ?? "", "app");
        await pods.delete(proof);
        await signal("URG");
        await alerts.fire({ SgxAesmSlow: [onNode], SgxProofMissing: [onNode] });
        await signal("USR2");
        // A quote without the target's report: error 3.
        const ask = 'eval { Aesm::ask(17, Aesm::bytes(1, "x" x 432) . Aesm::number(4, 4600)) }; print $@';
        const meanwhile = () => {
            const said = node.run(`nsenter -t ${String(process)} -m -- perl -I/opt/stand-in -MAesm -e '${ask}'`);
            expect(said).toContain("AESM answered error 3");
        };
        await alerts.fire({ SgxQuotesFail: [onNode], SgxProofMissing: [onNode] }, { meanwhile });
        await pods.delete(resident);
        await pods.apply(proof);
        await alerts.end();
    });
});

test("pods that have most of the EPC, that wait for it, and that ask for more than there is", async () => {
    await pods.apply(asking("large", { epc: "216Mi" }));
    await waitFor("the large one to run", async () => (await phaseOf("large")) === "Running");
    await pods.apply(asking("waiting", { epc: "100Mi" }), asking("huge", { epc: String(2 * nodeEpc) }));
    const waiting = (pod: string) => ({ namespace, pod, resource: "sgx_intel_com_epc" });
    await alerts.fire(
        {
            SgxEpcAlmostFull: [onNode],
            SgxEpcExhausted: [waiting("waiting")],
            SgxRequestNeverFits: [waiting("huge")],
        },
        { also },
    );
    await end("waiting", "huge", "large");
    await alerts.end();
});

test("a device plugin that is gone, and a pod that comes to the node nevertheless", async () => {
    await pods.delete(plugin);
    await waitFor("the node to offer no device", async () => {
        const { status } = await core.readNode({ name: node.name });
        return status?.allocatable?.["sgx.intel.com/enclave"] === "0";
    });
    await pods.apply(asking("refused", { enclave: "1" }, node.name));
    await alerts.fire(
        {
            SgxDevicePluginLost: [onNode],
            SgxPodsRefused: [{ ...onNode, namespace, pod: "refused" }],
        },
        { also },
    );
    await pods.apply(plugin);
    await end("refused");
    await alerts.end();
});

test("collateral that will be too old, and is; and a TCB check that finds something", async () => {
    const intel = await IntelPcsDouble.start();
    intel.now = new Date();
    const age = async (days: number) => {
        intel.ageDays = days;
        metrics = renderMetrics(await checkTcb({ fmspc: [recordedFmspc] }, () => undefined, intel.world));
    };
    const items = ["tcb_info", "qe_identity", "pck_crl"].map((item) => ({ fmspc: recordedFmspc, item }));
    const { tcbCheck } = shipped;
    const { name = "", namespace: itsNamespace = "" } = tcbCheck.metadata;
    const job = `${name}-1`;
    const failed = { SgxTcbCheckFailed: [{ namespace: itsNamespace, created_by_name: job }] };
    try {
        await age(25);
        await pods.apply(tcbCheck);
        await node.kubectl("create", "job", job, "-n", itsNamespace, "--from", `cronjob/${name}`);
        await alerts.fire({ ...failed, SgxCollateralExpiresSoon: items }, { also });
        await age(31);
        await alerts.fire({ ...failed, SgxCollateralExpired: items }, { also });
        await age(0);
        await node.kubectl("delete", "job", job, "-n", itsNamespace);
        await alerts.end();
    } finally {
        await intel.stop();
    }
});

test("a pool that is scaled to zero while alerts fire: they end, and a pod that waits for its next node is none", async () => {
    await signal("USR1");
    await alerts.fire(
        { SgxAesmCannotQuote: [onNode], SgxQuotingDownEverywhere: [{}], SgxNodeWithoutReadyQuoteHelper: [onNode] },
        { also },
    );
    await node.powerOff();
    await core.deleteNode({ name: node.name });
    await pods.apply(asking("early", { epc: "100Mi" }));
    const isGone = async () => (await pods.of(helper)).length === 0;
    await waitFor("the pods of the node to go", isGone, { seconds: 200, every: 1000 });
    await alerts.end();
    expect(await phaseOf("early")).toBe("Pending");
    expect((await core.listNode()).items).toEqual([]);
});

test("each alert has fired", () => {
    expect([...alerts.fired].sort()).toEqual(shipped.rules.rules.map(({ alert }) => alert).sort());
});

async function aesmPod(): Promise<V1Pod> {
    return pods.until("AESM to run", helper, (pod) => isReady(pod, "aesm"), 120);
}

async function signal(name: string): Promise<void> {
    const [pod] = await pods.of(helper);
    if (pod === undefined) throw new Error("there is no quote helper");
    await pods.signal(name, pod, "aesm");
}

async function phaseOf(name: string): Promise<string | undefined> {
    return (await core.readNamespacedPod({ name, namespace })).status?.phase;
}

async function end(...names: readonly string[]): Promise<void> {
    for (const name of names) await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
}
