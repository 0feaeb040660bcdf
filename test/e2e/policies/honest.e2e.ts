import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withAttestation } from "../../../components/sgx";
import type { Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { startCovered } from "./covered";
import { admitted, elsewhere } from "./essence";
import { completePods, labelledParts } from "./honest/attesting";
import { plainPods } from "./honest/charts";
import { labelledPod, outOfProcess } from "./pods";

/*
 * Pods that nothing is wrong with, on a real API server. What no policy has to do with comes out as where no policy is
 * bound, and a labelled pod as withAttestation makes it.
 */
const free = "free";
const rows = <T>(table: Record<string, T>) => Object.entries(table).map(([title, row]) => ({ title, row }));

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    ({ plane, api } = await startCovered());
});
afterAll(() => plane.stop());

describe("admitted, and not changed, is", () => {
    test.each([...rows(plainPods), ...rows(completePods)])("$title", async ({ row: pod }) => {
        expect(await admitted(api, pod)).toEqual(await admitted(api, elsewhere(pod, free)));
    });
});

describe("a labelled pod becomes what withAttestation makes of it:", () => {
    test.each(rows(labelledParts))("$title", async ({ row: parts }) => {
        const pod = labelledPod(parts);
        const expected = elsewhere(withAttestation(pod, "outOfProcess"), free);
        expect(await admitted(api, pod)).toEqual(await admitted(api, expected));
    });

    test("without its label it stays as it is, and the guard says what it lacks", async () => {
        const { labels, ...parts } = { labels: outOfProcess, ...labelledParts["the variable already"] };
        const pod = labelledPod(parts);
        delete (pod.metadata as { labels?: unknown }).labels;
        expect(labels).toEqual(outOfProcess);
        const { status, body } = await api.create(pod, { dryRun: "All" });
        expect([status, body.message]).toEqual([403, expect.stringContaining("(variable-without-mount)")]);
    });
});

test("what was injected is kept when the pod is really created, and every reader sees it", async () => {
    const pod = labelledPod({ metadata: { name: "kept" } });
    const created = await api.create(pod);
    expect(created.status, created.body.message).toBe(201);
    const { body } = await api.get(pod);
    expect(JSON.stringify(body)).toContain('"wait-for-aesm"');
});
