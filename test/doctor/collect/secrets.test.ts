import { readFileSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collect } from "../../../doctor/collect";
import { writeBundle } from "../../../doctor/collect/bundle";
import { tempDir } from "../../support/temp-dirs";
import { emptyLists, startApiDouble, type ApiDouble } from "../support/api-server";

/* Random secrets in every string of random objects that is no name, label, image, resource or word of Kubernetes. */

const lists: Record<string, readonly object[]> = { ...emptyLists };
let double: ApiDouble;
beforeAll(async () => {
    double = await startApiDouble({ lists });
});
afterAll(async () => {
    await double.stop();
});

/** Words, tokens, and texts with signs; they begin so that none is a path, a flag or a number. */
const secret = fc.oneof(
    fc.stringMatching(/^[a-z]{8,14}$/),
    fc.stringMatching(/^[a-z]{4}[a-zA-Z0-9_-]{4,40}$/),
    fc.stringMatching(/^[a-z]{4}[a-zA-Z0-9!#$%&*+,./:;<=>?^|~-]{4,30}[a-z0-9]$/),
);

/** How texts of Kubernetes and of infrastructure repeat secrets that nobody knows to be secrets. */
const carriers: readonly ((secret: string) => string)[] = [
    (it) => `DB_PASSWORD=${it} was refused`,
    (it) => `environment: SMTP_PASS=${it}`,
    (it) => `STORAGE_KEY: ${it}`,
    (it) => `response {"clientSecret":"${it}"}`,
    (it) => `cannot fetch https://user:${it}@registry.example/v2/`,
    (it) => `Authorization: Bearer ${it}`,
    (it) => `cannot run app --api-key ${it}`,
    (it) => `the token is ${it}`,
    (it) => `password ${it} is wrong`,
];

/** Hands out secrets one by one. */
class Planter {
    readonly planted: string[] = [];
    private next = 0;

    constructor(private readonly secrets: readonly string[]) {}

    /** A secret that must not be kept. */
    raw(): string {
        const it = this.secrets[this.next++ % this.secrets.length] ?? "";
        this.planted.push(it);
        return it;
    }

    /** One in a text, in a way that shows that it is a secret. */
    said(): string {
        return (carriers[this.next % carriers.length] ?? String)(this.raw());
    }
}

const roles = ["shop", "proof", "sgx-plugin", "intel-sgx-aesmd"] as const;
const workloads: readonly string[] = ["shop", "proof"];

/** A pod may call itself the proof on a node, from which more is kept than of other workloads. */
const labelsOf = (app: string) =>
    app === "proof"
        ? { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "node-proof" }
        : { app };

function meta(planter: Planter, name: string, more: object = {}) {
    const applied = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ data: planter.raw() }) };
    return {
        ...{ name, namespace: "shop", uid: name, resourceVersion: planter.raw(), selfLink: planter.raw(), ...more },
        annotations: { note: planter.raw(), ...applied },
        managedFields: [{ manager: planter.raw(), fieldsV1: { [planter.raw()]: {} } }],
    };
}

/** A spec, and the values in it that messages may repeat as they are. */
function podSpec(planter: Planter) {
    const known = Array.from({ length: 5 }, () => planter.raw());
    const [first, second, third, fourth, fifth] = known;
    const container = {
        name: "app",
        image: "app:1",
        command: ["/bin/app", first],
        args: [`--token=${second ?? ""}`, "--password", third],
        workingDir: planter.raw(),
        env: [
            { name: "DB_PASSWORD", value: fourth },
            { name: "SETTING", value: fifth },
            { name: "REFERENCE", valueFrom: { secretKeyRef: { name: planter.raw(), key: planter.raw() } } },
        ],
        envFrom: [{ secretRef: { name: planter.raw() } }],
        livenessProbe: { httpGet: { path: planter.raw(), httpHeaders: [{ name: "X-Key", value: planter.raw() }] } },
        readinessProbe: { exec: { command: [planter.raw()] } },
        lifecycle: { postStart: { exec: { command: [planter.raw()] } } },
        resources: { limits: { "sgx.intel.com/epc": "8Mi" } },
        unknown: { field: planter.raw() },
    };
    const spec = {
        nodeName: "node-1",
        hostname: planter.raw(),
        containers: [container],
        imagePullSecrets: [{ name: planter.raw() }],
        hostAliases: [{ ip: planter.raw(), hostnames: [planter.raw()] }],
        volumes: [
            { name: "s", secret: { secretName: planter.raw() } },
            { name: "c", csi: { driver: planter.raw(), volumeAttributes: { key: planter.raw() } } },
            { name: "f", azureFile: { secretName: planter.raw(), shareName: planter.raw() } },
        ],
    };
    return { spec, known };
}

const repeats = (known: readonly (string | undefined)[]) => `failed: ${known.join(" and ")} do not do`;

function pod(planter: Planter, name: string, app: string, waits: string) {
    const { spec, known } = podSpec(planter);
    const program = workloads.includes(app)
        ? `as ${planter.raw()} with ${planter.raw()}\n${planter.raw()}`
        : planter.said();
    const terminated = { exitCode: 1, reason: "Error", message: program, containerID: planter.raw() };
    const waiting = {
        reason: waits,
        message: waits === "PostStartHookError" && workloads.includes(app) ? program : repeats(known),
    };
    const status = { name: "app", ready: false, restartCount: 1, state: { waiting }, lastState: { terminated } };
    return {
        metadata: meta(planter, name, { labels: labelsOf(app) }),
        spec,
        status: {
            ...{ phase: "Running", message: planter.said(), nominatedNodeName: planter.raw(), qosClass: planter.raw() },
            reason: planter.raw(),
            conditions: [
                { type: "PodScheduled", status: "False", message: planter.said() },
                { type: "example.com/gate", status: "False", reason: planter.raw(), message: planter.raw() },
            ],
            containerStatuses: [status, { ...status, name: "wait-for-aesm", state: { terminated } }],
        },
    };
}

function event(planter: Planter, kind: string, name: string, reason: string, message: string) {
    return {
        metadata: meta(planter, `${name}.${reason}`),
        ...{ type: "Warning", reason, message, action: planter.raw(), reportingInstance: planter.raw() },
        involvedObject: { kind, name, namespace: "shop", resourceVersion: planter.raw() },
        source: { component: planter.raw(), host: planter.raw() },
    };
}

function cluster(planter: Planter, waits: string): Record<string, readonly object[]> {
    const template = podSpec(planter);
    const workload = {
        metadata: meta(planter, "web"),
        spec: { template: { metadata: meta(planter, "t"), spec: template.spec }, paused: planter.raw() },
        status: { conditions: [{ type: "Available", status: "False", message: planter.raw() }] },
    };
    const node = {
        metadata: meta(planter, "node-1"),
        spec: { providerID: planter.raw() },
        status: {
            conditions: [
                { type: "Ready", status: "False", message: planter.said() },
                { type: "Custom", status: "True", message: planter.raw() },
            ],
            nodeInfo: { kubeletVersion: "v1.36.0", bootID: planter.raw() },
            images: [{ names: [planter.raw()] }],
            addresses: [{ type: "Hostname", address: planter.raw() }],
        },
    };
    const texts = (app: string) => (workloads.includes(app) ? planter.raw() : planter.said());
    return {
        "/api/v1/nodes": [node],
        "/api/v1/pods": roles.map((app) => pod(planter, `pod-${app}`, app, waits)),
        "/apis/apps/v1/deployments": [workload],
        "/apis/apps/v1/daemonsets": [workload],
        "/apis/batch/v1/jobs": [workload],
        "/api/v1/events": [
            ...roles.flatMap((app) => [
                event(planter, "Pod", `pod-${app}`, "Unhealthy", `Readiness probe failed: ${texts(app)}`),
                event(planter, "Pod", `pod-${app}`, "Failed", planter.said()),
                event(planter, "Pod", `pod-${app}`, "Unknown", planter.raw()),
                event(planter, "Pod", `pod-${app}`, "FailedPostStartHook", planter.raw()),
            ]),
            event(planter, "ReplicaSet", "web-7d9c5b8f4", "FailedCreate", repeats(template.known)),
            event(planter, "DaemonSet", "web", "FailedCreate", repeats(template.known)),
            event(planter, "Node", "node-1", "SystemOOM", planter.raw()),
        ],
    };
}

test("a bundle has no secret, wherever it stood in what was read", async () => {
    const file = path.join(tempDir(), "bundle.json");
    const waits = fc.constantFrom("CrashLoopBackOff", "CreateContainerError", "PostStartHookError", "ImagePullBackOff");
    await fc.assert(
        fc.asyncProperty(fc.array(secret, { minLength: 40, maxLength: 90 }), waits, async (secrets, reason) => {
            const planter = new Planter(secrets);
            Object.assign(lists, cluster(planter, reason));
            const request = { kubeconfig: double.kubeconfig, logs: false, exec: false };
            const snapshot = await collect(request, () => undefined);
            expect(snapshot.objects.pods).toHaveLength(roles.length);
            expect(snapshot.objects.events.length).toBeGreaterThan(5);
            writeBundle(file, snapshot);
            const bundle = readFileSync(file, "utf8");
            expect(planter.planted.filter((it) => bundle.includes(it))).toEqual([]);
        }),
        { numRuns: 40 },
    );
});
