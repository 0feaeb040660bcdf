import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeBundle } from "../../doctor/collect/bundle";
import type { Snapshot } from "../../doctor/model/snapshot";
import { examine } from "../../doctor/run";
import { healthy } from "./support/cluster";

const folder = mkdtempSync(join(tmpdir(), "doctor-run-"));
afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});

/** Judges a snapshot as `--from` does. */
function examined(snapshot: Snapshot) {
    const file = join(folder, "bundle.json");
    writeBundle(file, snapshot);
    return examine({ from: file, logs: false, exec: false, failOn: "problem" }, () => undefined);
}

const forbidden = (...parts: ("nodes" | "pods")[]) =>
    parts.map((part) => ({ collection: part, why: "forbidden" as const, detail: `list ${part} is forbidden` }));

test("a cluster of which neither nodes nor pods can be read is an error that names the rights, and no healthy one", async () => {
    const snapshot = healthy(0, (objects) => {
        Object.assign(objects, { nodes: [], pods: [] });
    });
    const gaps = forbidden("nodes", "pods");
    await expect(examined({ ...snapshot, gaps })).rejects.toMatchObject({
        exitCode: 1,
        message: expect.stringContaining("(list nodes is forbidden; list pods is forbidden)") as string,
    });
});

test("one of them is enough for a report, which is not healthy", async () => {
    expect(await examined({ ...healthy(), gaps: forbidden("nodes") })).toMatchObject({
        healthy: false,
        first: { code: "CA-C06", reason: "forbidden" },
    });
});

test("pods of one namespace are enough as well", async () => {
    const report = await examined({ ...healthy(), namespace: "shop", gaps: forbidden("nodes", "pods") });
    expect(report.healthy).toBe(false);
});

test.each<[string, (snapshot: Snapshot) => object]>([
    ["objects.nodes[3].metadata.name, objects.nodes[3].spec, objects.nodes[3].status", withItem("nodes", {})],
    ["objects.pods[4].spec.containers", withItem("pods", { metadata: { name: "p" }, status: { phase: "Running" } })],
    ["objects.events[0].object.kind", withItem("events", { reason: "r", message: "m", object: { name: "n" } })],
    ["clockAheadSeconds", (snapshot) => ({ ...snapshot, clockAheadSeconds: undefined })],
    ["takenAt", (snapshot) => ({ ...snapshot, takenAt: "yesterday" })],
    ["gaps[0].detail", (snapshot) => ({ ...snapshot, gaps: [{ collection: "pods", why: "forbidden" }] })],
])("a bundle that lacks %s is none, and says so", async (what, change) => {
    await expect(examined(change(healthy()) as Snapshot)).rejects.toMatchObject({
        exitCode: 1,
        message: `not a bundle: missing or of the wrong type: ${what}`,
    });
});

/** An object more in a list. */
function withItem(list: keyof Snapshot["objects"], item: object) {
    return (snapshot: Snapshot) => {
        const { objects } = snapshot;
        return { ...snapshot, objects: { ...objects, [list]: [...objects[list], item] } };
    };
}

test("a bundle that lacks a list is named with it", async () => {
    const { nodes: _, ...objects } = healthy().objects;
    const snapshot = { ...healthy(), objects: objects as Snapshot["objects"] };
    await expect(examined(snapshot)).rejects.toThrow("not a bundle: missing or of the wrong type: objects.nodes");
});
