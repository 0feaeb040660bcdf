import { existsSync, renameSync, writeFileSync } from "node:fs";
import { CoreV1Api } from "@kubernetes/client-node";
import { afterAll, test } from "vitest";
import { startNode, type E2eNode } from "../../support/node";
import { sandboxImage } from "../../support/node-config";
import { waitFor } from "../../support/wait";

/*
 * A test as the others are, with a node and a pod on it. It writes what it has made to the file REPORT, and ends when a
 * file REPORT.end appears; clean-up.e2e.ts interrupts it before.
 */
const report = process.env["REPORT"] ?? "";
let node: E2eNode | undefined;
afterAll(() => node?.stop());

test("a test that runs", async () => {
    node = await startNode({ images: [] });
    const core = node.plane.api(CoreV1Api);
    const name = "runs";
    const containers = [{ name: "container", image: sandboxImage.name }];
    await core.createNamespacedPod({ namespace: "default", body: { metadata: { name }, spec: { containers } } });
    await waitFor("the pod to run", async () => {
        const { status } = await core.readNamespacedPod({ name, namespace: "default" });
        return status?.phase === "Running";
    });
    const made = {
        folders: [node.folder, node.plane.folder],
        namespaces: node.run("readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/mnt").trim().split("\n"),
        interfaces: node.run("ip -brief link | cut -d' ' -f1").trim().split("\n"),
    };
    writeFileSync(`${report}.partial`, JSON.stringify(made));
    renameSync(`${report}.partial`, report);
    await waitFor("the end", () => existsSync(`${report}.end`), { seconds: 600 });
});
