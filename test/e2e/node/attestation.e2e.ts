import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../support/api";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import { startNode, type E2eNode } from "../support/node";
import { isReady, Pods, statusOf } from "../support/pods";
import { applicationImage, disguise, imageName, nodeEpc, quotingImages, sampleImage } from "../support/sgx-images";
import { waitFor } from "../support/wait";

/*
 * What stack dev renders, on a real node. Real are Intel's device plugin and EPC hook, the probe, the waiting init
 * container and the judge; AESM and the programs that ask it are doubles, and no enclave runs. See
 * test/e2e/support/sgx-images.ts.
 */
const application = "localhost/e2e/application:1";
const job = (name: string, mode: string) => ({ name, mode, image: application, epc: "8Mi", runAsUser: 0 });
const manifests = renderedManifests("dev", {
    jobs: JSON.stringify([job("outside", "outOfProcess"), job("inside", "inProcess")]),
});
const plugin = oneOf(manifests, "DaemonSet", "sgx-device-plugin");
const helper = oneOf(manifests, "DaemonSet", "sgx-quote-helper");
const jobNamed = (part: string) =>
    oneOf(
        manifests.filter(({ metadata }) => metadata.name?.includes(part)),
        "Job",
    );
const [outside, inside, sample] = [jobNamed("outside"), jobNamed("inside"), jobNamed("sample")];
const sampleName = imageName(templateOf(sample).spec.containers[0]?.image ?? "");

let node: E2eNode;
let pods: Pods;
beforeAll(async () => {
    node = await startNode({
        images: [
            ...quotingImages(manifests, 6),
            applicationImage(application),
            sampleImage(sampleName),
            sampleImage("localhost/e2e/disguised:1", disguise("/usr/lib/libsgx_dcap_ql.so.1")),
            sampleImage("localhost/e2e/renamed:1", disguise("/usr/lib/libharmless.so.1")),
        ],
    });
    pods = new Pods(node);
    await pods.apply(...manifests.filter(({ kind }) => kind !== "DaemonSet" && kind !== "Job"));
});
afterAll(() => node.stop());

describe("Intel's device plugin, from our DaemonSet", () => {
    beforeAll(() => pods.apply(plugin));

    test("registers both devices at the kubelet, and its hook the EPC, with its own account", async () => {
        const core = node.plane.api(CoreV1Api);
        await pods.until("the plugin to be ready", plugin, (pod) => isReady(pod, "plugin"));
        const offered = await waitFor("the node to offer SGX", async () => {
            const { allocatable = {} } = (await core.readNode({ name: node.name })).status ?? {};
            const sgx = Object.entries(allocatable).filter(([name]) => name.startsWith("sgx.intel.com/"));
            return sgx.length === 3 && sgx.every(([, amount]) => amount !== "0") && Object.fromEntries(sgx);
        });
        expect(offered).toEqual({
            "sgx.intel.com/enclave": "110",
            "sgx.intel.com/provision": "110",
            "sgx.intel.com/epc": String(nodeEpc),
        });
    });
});

describe("a workload that starts before AESM", () => {
    let ended: { outcome: string; pod: V1Pod };

    test("does not start on a node without AESM's directory, and says so", async () => {
        await pods.apply(outside);
        const pod = await pods.until("the mount to fail", outside, async (one) =>
            (await pods.events(one)).some((message) => message.includes("hostPath type check failed")),
        );
        expect(statusOf(pod, "wait-for-aesm")?.state?.running).toBeUndefined();
        expect(node.run("ls /run")).not.toContain("aesmd");
    });

    test("finds AESM not ready as long as it loads, since its probe asks it", async () => {
        await pods.apply(helper);
        const loading = await pods.until(
            "AESM to load",
            helper,
            (pod) => statusOf(pod, "aesm")?.state?.running !== undefined,
        );
        expect(statusOf(loading, "aesm")).toMatchObject({ ready: false, started: false });
        expect(node.run("ls /run/aesmd")).toBe("");
        const ready = await pods.until("AESM to be ready", helper, (pod) => isReady(pod, "aesm"));
        expect(statusOf(ready, "aesm")).toMatchObject({ started: true, restartCount: 0 });
        expect(node.run("ls /run/aesmd")).toBe("aesm.socket\n");
        expect(await pods.log(ready, "aesm")).toContain("The server sock is");
    });

    test("waits in its init container until AESM answers, and then runs", async () => {
        ended = await pods.ended(outside);
        expect(ended.outcome).toBe("Complete");
        const waited = (await pods.log(ended.pod, "wait-for-aesm")).trimEnd().split("\n");
        expect(waited).toEqual([
            "no socket at /var/run/aesmd/aesm.socket: AESM is not running here",
            "AESM is healthy",
        ]);
    });

    test("has the enclave device only, can make no other, and cannot touch AESM's socket, even as root", async () => {
        expect(told(await pods.log(ended.pod, "app"))).toEqual({
            SGX_AESM_ADDR: "set to 1",
            "enclave device": "ok",
            "provisioning device": "No such file or directory",
            "make a provisioning device": "Operation not permitted",
            quote: "ok",
            "create beside the socket": "Read-only file system",
            "remove the socket": "Read-only file system",
            "rename the socket": "Read-only file system",
            "close the socket to others": "Read-only file system",
            "mount the directory writable": "Operation not permitted",
            "quote after all that": "ok",
        });
    });
});

test("in-process, a workload has the provisioning device and no socket", async () => {
    await pods.apply(inside);
    const { outcome, pod } = await pods.ended(inside);
    expect(outcome).toBe("Complete");
    expect(pod.spec?.initContainers ?? []).toEqual([]);
    const result = told(await pods.log(pod, "app"));
    expect(result).toMatchObject({
        SGX_AESM_ADDR: "not set",
        "enclave device": "ok",
        "provisioning device": "ok",
        "make a provisioning device": "Operation not permitted",
    });
    expect(result["quote"]).toContain("Failed to connect to socket");
});

/*
 * No verdict may depend on how busy the node is. SAMPLE_ROUNDS=20 runs the three Jobs 20 times, under other names, and
 * expects the same of each. Busy loops beside it make it a test: for i in $(seq 12); do (while :; do :; done) & done
 */
const rounds = Number(process.env["SAMPLE_ROUNDS"] ?? 1);
/** Seconds for a Job to end, also beside busy loops. */
const patience = 200;

describe.each(Array.from({ length: rounds }, (_, index) => index + 1))("the sample, round %i", (round) => {
    const suffix = round === 1 ? "" : `-${round}`;
    const honest = round === 1 ? sample : withImage(sample, sampleName, `honest${suffix}`);
    const disguised = withImage(sample, "localhost/e2e/disguised:1", `disguised${suffix}`);
    const renamed = withImage(sample, "localhost/e2e/renamed:1", `renamed${suffix}`);
    // All at once, since most of their time is waiting.
    beforeAll(() => pods.apply(honest, disguised, renamed));

    test("ends with the verdict in its termination message, and AESM was asked for the quotes", async () => {
        const { outcome, pod } = await pods.ended(honest, patience);
        const verdict = verdictOf(pod);
        expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
        expect(verdict).toMatchObject({ verdict: "out-of-process", mode: "out-of-process" });
        expect(verdict.checks.map(({ name }) => name)).toContain("negative-control");
        expect(outcome).toBe("Complete");
        expect((await pods.log(pod, "app")).trimEnd().split("\n").at(-1)).toContain('{"verdict":"out-of-process"');
        const [aesm] = await pods.of(helper);
        // Two by the application above, before and after what it tried; two by the sample, one for each enclave.
        expect((await pods.log(aesm!, "aesm")).match(/made a quote/g)).toHaveLength(2 + 2 * round);
    });

    test("fails in its negative control, without AESM at the socket, for that reason", async () => {
        const { pod } = await pods.ended(honest, patience);
        const { state } = statusOf(pod, "negative-control") ?? {};
        expect(state?.terminated?.exitCode).toBe(0);
        expect(JSON.parse(state?.terminated?.message ?? "{}")).toMatchObject({
            asExpected: true,
            exit: 1,
            reason: expect.stringContaining("SGX AESM service unavailable") as string,
            socketDirectoryEntries: 0,
            problems: [],
        });
    });

    test("fails when its program quotes in-process and looks as if it did not", async () => {
        const { outcome, pod } = await pods.ended(disguised, patience);
        expect(outcome).toBe("Failed");
        expect(verdictOf(pod)).toMatchObject({ verdict: "failed", mode: "mixed" });
        expect(failedChecks(pod)).toEqual(["image", "negative-control", "mapped-libraries"]);
    });

    test("fails when that program hides its library as well: it does not need AESM", async () => {
        const { outcome, pod } = await pods.ended(renamed, patience);
        expect(outcome).toBe("Failed");
        expect(failedChecks(pod)).toEqual(["negative-control"]);
    });
});

/** The Job with another image, one try and a name of its own. */
function withImage(original: Manifest, image: string, name: string): Manifest {
    const copy = structuredClone(original) as Manifest & { spec: { backoffLimit: number } };
    copy.metadata.name = name;
    copy.spec.backoffLimit = 0;
    const { spec } = templateOf(copy);
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) container.image = image;
    return copy;
}

/** What the stand-in for an application printed. */
function told(log: string): Record<string, string> {
    const lines = log.trimEnd().split("\n");
    return Object.fromEntries(lines.map((line) => line.split(": ", 2) as [string, string]));
}

interface Verdict {
    verdict: string;
    mode: string;
    checks: { name: string; ok: boolean; detail: string }[];
}

function verdictOf(pod: V1Pod): Verdict {
    return JSON.parse(statusOf(pod, "app")?.state?.terminated?.message ?? "{}") as Verdict;
}

function failedChecks(pod: V1Pod): string[] {
    return verdictOf(pod)
        .checks.filter(({ ok }) => !ok)
        .map(({ name }) => name);
}
