import { CoreV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api, type Manifest } from "../support/api";
import { oneOf, renderedManifests } from "../support/manifests";
import { startNode, type E2eNode } from "../support/node";
import { isReady, Pods } from "../support/pods";
import { applicationImage, quotingImages } from "../support/sgx-images";
import { waitFor } from "../support/wait";

/*
 * The admission policies as stack dev renders them, on a real node: a Deployment that knows nothing of this package but
 * its label attests against AESM, which is a double, and gets at nothing else of the node. See
 * test/e2e/support/sgx-images.ts.
 */
const image = "localhost/e2e/application:1";
const manifests = renderedManifests("dev", {
    runSample: "false",
    policies: JSON.stringify({ namespaces: ["default"], kubernetesVersion: "1.36" }),
});
const labels = { app: "chart", "confidential-aks/attestation": "out-of-process" };
const container = { name: "app", image, args: ["stay"], resources: { limits: { "sgx.intel.com/epc": "8Mi" } } };
const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "chart", namespace: "default" },
    spec: {
        replicas: 1,
        selector: { matchLabels: { app: "chart" } },
        template: { metadata: { labels }, spec: { containers: [container] } },
    },
} as Manifest;

let node: E2eNode;
let pods: Pods;
beforeAll(async () => {
    node = await startNode({ images: [...quotingImages(manifests, 1), applicationImage(image)] });
    pods = new Pods(node);
    await pods.apply(...manifests);
});
afterAll(() => node.stop());

test("a Deployment with the label waits for AESM, attests against it, and cannot touch its socket", async () => {
    const helper = oneOf(manifests, "DaemonSet", "sgx-quote-helper");
    await pods.until("AESM to be ready", helper, (pod) => isReady(pod, "aesm"));
    await pods.apply(deployment);
    const core = node.plane.api(CoreV1Api);
    const pod = await waitFor("the pod to run", async () => {
        const { items } = await core.listNamespacedPod({ namespace: "default", labelSelector: "app=chart" });
        return items.find((one) => isReady(one, "app"));
    });
    expect(await pods.log(pod, "wait-for-aesm")).toContain("AESM is healthy");
    const log = await waitFor("the application to have tried all", async () => {
        const text = await pods.log(pod, "app");
        return text.includes("quote after all that") && text;
    });
    expect(log.trimEnd().split("\n")).toEqual(
        expect.arrayContaining([
            "SGX_AESM_ADDR: set to 1",
            "enclave device: ok",
            "provisioning device: No such file or directory",
            "quote: ok",
            "create beside the socket: Read-only file system",
            "remove the socket: Read-only file system",
            "quote after all that: ok",
        ]),
    );
});

test("a privileged pod is refused beside it, and the quote helper's own namespace is not covered", async () => {
    const api = new Api(node.plane.admin);
    const privileged = (namespace: string) =>
        ({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "tried", namespace },
            spec: { containers: [{ ...container, securityContext: { privileged: true } }] },
        }) as Manifest;
    const refused = await api.create(privileged("default"), { dryRun: "All" });
    expect([refused.status, refused.body.message]).toEqual([403, expect.stringContaining("(privileged)")]);
    expect((await api.create(privileged("sgx-quote-helper"), { dryRun: "All" })).status).toBe(201);
});
