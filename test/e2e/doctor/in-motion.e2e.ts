import { afterAll, beforeAll, expect, test } from "vitest";
import { judge } from "../../../doctor/judge/judge";
import { graceMinutes } from "../../../doctor/judge/starting";
import type { Snapshot } from "../../../doctor/model/snapshot";
import type { Manifest } from "../support/api";
import { isReady } from "../support/pods";
import { waitFor } from "../support/wait";
import { deployment, lookEvery, Rig, summary } from "./rig";

/* What changes as it should is no finding: the doctor looks again and again while it changes. */
let rig: Rig;
beforeAll(async () => {
    rig = await Rig.start();
});
afterAll(() => rig.stop());

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The snapshot, with all that was there before `since` an hour older than it is. */
function aged(snapshot: Snapshot, since: number): Snapshot {
    const text = JSON.stringify(snapshot.objects, (_, value: unknown) =>
        typeof value === "string" && time.test(value) && Date.parse(value) < since
            ? new Date(Date.parse(value) - 3_600_000).toISOString()
            : value,
    );
    return { ...snapshot, objects: JSON.parse(text) as Snapshot["objects"] };
}

/** What is found from a change on until it is done, as far as it takes no longer than it may. */
async function foundDuring(change: () => Promise<void>, isDone: () => Promise<boolean>) {
    // What the last change left, such as a proof that is still made: nothing is found of it, however old it gets.
    await rig.untilHealthy();
    let left: string[] = [];
    const look = async () => (left = summary(judge(aged(await rig.collect(), Date.now())))).length === 0;
    await waitFor("the last change to be over", look, {
        seconds: 120,
        every: lookEvery,
        explain: () => left.join("\n"),
    });
    // Kubernetes writes whole seconds.
    const since = Math.floor(Date.now() / 1000) * 1000;
    const found = new Set<string>();
    const changing = { isOver: false };
    const made = change().finally(() => {
        changing.isOver = true;
    });
    let looks = 0;
    for (let done = false; !done; looks++) {
        done = changing.isOver && (await isDone());
        const snapshot = aged(await rig.collect(), since);
        if (Date.parse(snapshot.takenAt) - since > graceMinutes * 60_000) break;
        for (const one of summary(judge(snapshot))) found.add(one);
    }
    await made;
    return { found: [...found], looks };
}

/** Replaces the pods of a DaemonSet, one after another. */
function rollout(daemonSet: Manifest, container: string) {
    const annotations = { "example.org/changed": "true" };
    const change = () => rig.patch(daemonSet, { spec: { template: { metadata: { annotations } } } });
    const isDone = async () => {
        const pods = await rig.pods.of(daemonSet);
        return pods.some((pod) => isReady(pod, container) && pod.metadata?.annotations?.["example.org/changed"]);
    };
    return foundDuring(change, isDone);
}

test.each([
    ["quote helper", "helper", "aesm"],
    ["device plugin", "plugin", "plugin"],
] as const)("the %s is updated", async (_, which, container) => {
    const { found, looks } = await rollout(rig[which], container);
    expect(found).toEqual([]);
    // The change was not over before it was looked at.
    expect(looks).toBeGreaterThan(1);
});

test("a workload is made while the quote helper is replaced, and waits for it", async () => {
    const more = deployment("more");
    const { found } = await foundDuring(
        async () => {
            await rig.restart(rig.helper);
            await rig.pods.apply(more);
        },
        async () => {
            const { body } = await rig.api.get(more);
            return (body as { status?: { readyReplicas?: number } }).status?.readyReplicas === 1;
        },
    );
    expect(found).toEqual([]);
    await rig.pods.delete(more);
});

test("the node restarts", async () => {
    const { found } = await foundDuring(
        () => rig.node.reboot(),
        async () => (await rig.pods.of(rig.helper)).some((pod) => isReady(pod, "aesm")),
    );
    expect(found).toEqual([]);
});
