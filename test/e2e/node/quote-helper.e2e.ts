import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aesmProbeCommand } from "../../../components/sgx";
import type { Manifest } from "../support/api";
import { hurried, probePeriods, type Probe } from "../support/hurried";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import { startNode, type E2eNode } from "../support/node";
import { isReady, Pods, statusOf } from "../support/pods";
import { aesmImage, applicationImage, imageName, nodeEpc, quotingImages } from "../support/sgx-images";
import { waitFor } from "../support/wait";

/*
 * What becomes of a node's quotes when its AESM (a double) fails, is updated, or the node loses power. The DaemonSets
 * are those of stack dev, but for the seconds of their probes, which are shorter here: how often a probe has to fail is
 * as shipped.
 */
const application = "localhost/e2e/application:1";
const job = (name: string, args?: string[]) => ({ name, image: application, epc: "8Mi", ...(args && { args }) });
const manifests = renderedManifests("dev", {
    jobs: JSON.stringify([job("resident", ["stay"]), job("newcomer")]),
    // Nothing proves the node here (node-proof.e2e.ts does), and a kubelet tells only so many events of a pod.
    quoteHelper: JSON.stringify({ rollout: "ready" }),
});
const plugin = oneOf(manifests, "DaemonSet", "sgx-device-plugin");
const helper = hurried(oneOf(manifests, "DaemonSet", "sgx-quote-helper"));
const jobNamed = (part: string) =>
    oneOf(
        manifests.filter(({ metadata }) => metadata.name?.includes(part)),
        "Job",
    );
const resident = jobNamed("resident");
const updated = "localhost/e2e/aesm:2";
/** Long enough to look at a node whose AESM is not there yet. */
const loadingSeconds = 3;

let node: E2eNode;
let pods: Pods;
let core: CoreV1Api;
beforeAll(async () => {
    node = await startNode({
        images: [
            ...quotingImages(manifests, loadingSeconds),
            aesmImage(updated, loadingSeconds),
            applicationImage(application),
        ],
    });
    pods = new Pods(node);
    core = node.plane.api(CoreV1Api);
    await pods.apply(...manifests.filter(({ kind }) => kind !== "DaemonSet" && kind !== "Job"));
    await pods.apply(plugin, helper, resident);
    await aesmReady();
    await pods.until("the resident to run", resident, async (pod) => (await lastTold(pod)) === "ok");
});
afterAll(() => node.stop());

describe("AESM", () => {
    let before: V1Pod;
    beforeEach(async () => {
        before = await aesmReady();
    });

    test.each<[string, number]>([
        ["TERM", 0],
        ["KILL", 137],
    ])("ended by SIG%s: is back, and serves pods that were there before, and new ones", async (signal, exitCode) => {
        await pods.signal(signal, before, "aesm");
        // The proxy keeps what is asked for 5 s (test/doubles/aesm-proxy.test.ts); on a busy machine AESM takes longer.
        await waitFor("a quote", async () => (await inResident("Aesm::get_quote(); print 'quote'")) === "quote");
        const waiting = await newcomer(signal.toLowerCase());
        await restarted(exitCode);
        await succeeds(waiting);
    });

    test("hung: is not ready, and restarted when that lasts", async () => {
        // Another pod, since the kubelet reports only so many events of one.
        before = await anotherPod(before);
        await pods.signal("STOP", before, "aesm");
        await unready();
        const waiting = await newcomer("hung");
        await restarted(137);
        expect(await pods.events(before)).toEqual(
            expect.arrayContaining([
                expect.stringContaining("Readiness probe failed: AESM is frozen"),
                expect.stringContaining("Liveness probe failed: AESM is frozen"),
                expect.stringContaining("failed liveness probe, will be restarted"),
            ]),
        );
        await succeeds(waiting);
    });

    test("busy with a quote: is not ready, and not restarted; ready again when the quote is done", async () => {
        before = await anotherPod(before);
        await hangs(before);
        await unready();
        const waiting = await newcomer("busy");
        // Twice as long as a frozen one would have been left alone.
        await new Promise((next) => setTimeout(next, 2 * 5 * probePeriods.livenessProbe * 1000));
        const [busy] = await pods.of(helper);
        expect(statusOf(busy!, "aesm")).toMatchObject({ restartCount: restartsOf(before), ready: false });
        expect(await pods.events(before)).toEqual(
            expect.arrayContaining([expect.stringContaining("Readiness probe failed: AESM is busy with a quote")]),
        );
        await pods.signal("USR2", before, "aesm");
        await aesmReady();
        expect(await succeeds(waiting)).toContainEqual(expect.stringContaining("AESM does not answer within"));
    });

    test("stuck in a quote for longer than any takes: is restarted", async () => {
        await pods.apply(withStuckSeconds(helper, 5));
        before = await aesmReady((pod) => JSON.stringify(pod.spec).includes('"5"]'));
        await hangs(before);
        await restarted(137);
        expect(await pods.events(before)).toEqual(
            expect.arrayContaining([
                expect.stringContaining("Liveness probe failed: AESM has been stuck in a quote for"),
            ]),
        );
        await pods.apply(helper);
        await aesmReady((pod) => !JSON.stringify(pod.spec).includes('"5"]'));
    });

    test("without its quoting enclaves: answers error 30, is not ready, and not restarted, which would not help", async () => {
        before = await anotherPod(before);
        await pods.signal("USR1", before, "aesm");
        await unready();
        const waiting = await newcomer("error-30");
        const message = "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote";
        await waitFor("the event", async () => (await pods.events(before)).some((one) => one.includes(message)));
        await pods.until("the newcomer to see it", waiting, async (pod) =>
            (await pods.log(pod, "wait-for-aesm").catch(String)).includes(message),
        );
        await pods.signal("USR2", before, "aesm");
        const after = await aesmReady();
        expect(restartsOf(after)).toBe(restartsOf(before));
        expect(await succeeds(waiting)).toContainEqual(expect.stringContaining(message));
    });

    test("goes on quoting while a pod does what would freeze it, have it killed, or make it abort", async () => {
        const attack = `
            sub hold { socket my $s, PF_UNIX, SOCK_STREAM, 0; connect $s, pack_sockaddr_un($Aesm::SOCKET) or die "$!"; syswrite $s, pack "H*", shift; push @s, $s }
            for my $bytes ("0600", "00000040") { hold($bytes); Aesm::get_quote() }
            hold("") for 1 .. 300; Aesm::get_quote(); print "quote"`;
        expect(await inResident(attack)).toBe("quote");
        const after = await aesmReady();
        expect(restartsOf(after)).toBe(restartsOf(before));
    });

    test("is reached again when the proxy is killed, and is not restarted with it", async () => {
        await pods.signal("KILL", before, "proxy");
        const after = await aesmReady((pod) => (statusOf(pod, "proxy")?.restartCount ?? 0) > 0);
        expect(restartsOf(after)).toBe(restartsOf(before));
        expect(await inResident("Aesm::get_quote(); print 'quote'")).toBe("quote");
        expect(node.run("ls /run/aesmd")).toBe("aesm.socket\n");
    });

    /** The pod is the same, its AESM a new process that ended with this code before. */
    async function restarted(exitCode: number): Promise<void> {
        // Seen once on a busy machine: a restart that was counted, without how the process had ended.
        const ended = (pod: V1Pod) => statusOf(pod, "aesm")?.lastState?.terminated;
        const after = await aesmReady((pod) => restartsOf(pod) > restartsOf(before) && ended(pod) !== undefined);
        expect(after.metadata?.uid).toBe(before.metadata?.uid);
        expect(restartsOf(after)).toBe(restartsOf(before) + 1);
        expect(ended(after)?.exitCode).toBe(exitCode);
        await seenByProbe("AESM is healthy");
    }

    /** Not ready, but not restarted either: readiness is quicker than liveness. */
    async function unready(): Promise<void> {
        const pod = await pods.until("AESM not to be ready", helper, (one) => !isReady(one, "aesm"));
        expect(statusOf(pod, "aesm")).toMatchObject({ restartCount: restartsOf(before), started: true });
    }
});

test("an update never has two AESMs on the node", async () => {
    const counter = "/run/e2e-most";
    // The brackets keep grep from finding itself.
    const count = "grep -lsz '/aesm/[a]esm_service' /proc/[0-9]*/cmdline | wc -l";
    node.run(`touch /run/e2e-count
        (most=0; while [ -e /run/e2e-count ]; do now=$(${count}); [ $now -gt $most ] && most=$now && echo $most > ${counter}; sleep 0.05; done) > /dev/null 2>&1 &`);
    const changed = structuredClone(helper);
    for (const container of templateOf(changed).spec.containers) container.image = updated;
    await pods.apply(changed);
    const pod = await aesmReady(({ spec }) => imageName(spec?.containers[0]?.image ?? "") === updated);
    node.run("rm /run/e2e-count");
    expect(node.run(`cat ${counter}`)).toBe("1\n");
    expect(await pods.of(helper)).toHaveLength(1);
    expect(pod.metadata?.deletionTimestamp).toBeUndefined();
    await seenByProbe("AESM is healthy");
});

test("a power cut: the node comes back with its devices, its AESM and its socket", async () => {
    // The API server keeps whole seconds.
    const since = new Date(Math.ceil(Date.now() / 1000) * 1000);
    await node.reboot();
    await aesmReady((pod) => new Date(statusOf(pod, "aesm")?.state?.running?.startedAt ?? 0) >= since);
    const { allocatable } = (await core.readNode({ name: node.name })).status ?? {};
    expect(allocatable).toMatchObject({
        "sgx.intel.com/enclave": "110",
        "sgx.intel.com/provision": "110",
        "sgx.intel.com/epc": String(nodeEpc),
    });
    // The kubelet is back before the device plugin, and refuses pods that have devices: the Job has a new one, on a try
    // less.
    const fresh = await pods.until("a new resident", resident, ({ status }) => status?.phase === "Running");
    const others = (await pods.of(resident)).filter(({ metadata }) => metadata?.uid !== fresh.metadata?.uid);
    expect(others.map(({ status }) => status?.reason)).toEqual(["UnexpectedAdmissionError"]);
    await succeeds(await newcomer("after-power-cut"));
});

async function aesmReady(wanted: (pod: V1Pod) => boolean = () => true): Promise<V1Pod> {
    const ready = (pod: V1Pod) => isReady(pod, "aesm") && isReady(pod, "proxy") && wanted(pod);
    return pods.until("AESM and its proxy to be ready", helper, ready, 90);
}

/** Has the pod replaced. */
async function anotherPod({ metadata }: V1Pod): Promise<V1Pod> {
    const { name = "", namespace = "" } = metadata ?? {};
    await core.deleteNamespacedPod({ name, namespace });
    return aesmReady((pod) => pod.metadata?.name !== name);
}

/** Makes AESM hang in a quote, as with a collateral service that does not answer. */
async function hangs(pod: V1Pod): Promise<void> {
    await pods.signal("HUP", pod, "aesm");
    const asks = "alarm 2; eval { local $SIG{ALRM} = sub { die }; Aesm::get_quote() }; print 'asked'";
    // On a busy machine the 2 s are over before AESM has got the question.
    await waitFor("AESM to hang", async () => {
        expect(await inResident(asks)).toBe("asked");
        return /^AESM (is busy|has been stuck)/.test(await saidByProbe());
    });
}

/**
 * Runs Perl with a client of AESM in the resident's container, through a mount as old as that pod; gives what it
 * printed.
 */
async function inResident(code: string): Promise<string> {
    const [pod] = await pods.of(resident);
    const { name = "", namespace = "" } = pod?.metadata ?? {};
    const process = await node.processOf(namespace, name, "app");
    const quoted = code.replaceAll("'", "'\\''");
    return node.run(`nsenter -t ${String(process)} -m -- perl -I/opt/stand-in -MSocket -MAesm -e '${quoted}'`);
}

/** The DaemonSet with another limit for a single quote. */
function withStuckSeconds(daemonSet: Manifest, seconds: number): Manifest {
    const changed = structuredClone(daemonSet);
    const { command } = (templateOf(changed).spec.containers[0]?.["livenessProbe"] as Probe).exec;
    command.splice(-1, 1, String(seconds));
    return changed;
}

/** A Job that is new to the node, like the one that the stack has. */
async function newcomer(name: string): Promise<Manifest> {
    const one = structuredClone(jobNamed("newcomer"));
    one.metadata.name = name;
    await pods.apply(one);
    return one;
}

/** It completes; gives back what its init container has seen on the way. */
async function succeeds(waiting: Manifest): Promise<string[]> {
    const { outcome, pod } = await pods.ended(waiting);
    expect(outcome).toBe("Complete");
    const seen = (await pods.log(pod, "wait-for-aesm")).trimEnd().split("\n");
    expect(seen.at(-1)).toBe("AESM is healthy");
    return seen;
}

/** What the probe says from inside a pod that was there before: through a mount as old as that pod. */
async function saidByProbe(): Promise<string> {
    const [pod] = await pods.of(resident);
    const { name = "", namespace = "" } = pod?.metadata ?? {};
    const process = await node.processOf(namespace, name, "app");
    const probe = aesmProbeCommand({ timeoutSeconds: 1 }).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return node.run(`nsenter -t ${String(process)} -m -- ${probe.join(" ")} || true`);
}

async function seenByProbe(expected: string): Promise<void> {
    await waitFor(`the probe to say "${expected}"`, async () => (await saidByProbe()) === `${expected}\n`);
}

async function lastTold(pod: V1Pod): Promise<string | undefined> {
    if (statusOf(pod, "app")?.state?.running === undefined) return undefined;
    return (await pods.log(pod, "app")).trimEnd().split(": ").at(-1);
}

function restartsOf(pod: V1Pod): number {
    return statusOf(pod, "aesm")?.restartCount ?? 0;
}
