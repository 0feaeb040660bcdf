import { readFileSync } from "node:fs";
import { CoreV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stacks } from "../../support/stacks";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { renderedManifests, templateOf } from "../support/manifests";
import { waitFor } from "../support/wait";

/*
 * What Pod Security (the API server's own, its latest version) says of every pod that this package makes: at the level
 * that their namespaces warn by, and at the levels baseline and restricted.
 */
const levels = ["baseline", "restricted"] as const;
type Level = (typeof levels)[number];

/**
 * What each pod is outside of a level for, by the name of its workload, in Pod Security's words; docs/admission.md has
 * them as a table.
 */
const violations: Record<string, Record<Level, string[]>> = {
    "sgx-device-plugin": {
        baseline: ["hostPath volumes", "seLinuxOptions"],
        restricted: ["seLinuxOptions", "restricted volume types", "runAsNonRoot != true"],
    },
    "sgx-quote-helper": {
        baseline: ["hostPath volumes"],
        restricted: ["restricted volume types", "runAsNonRoot != true", "runAsUser=0"],
    },
    "sgx-node-proof": { baseline: ["hostPath volumes"], restricted: ["restricted volume types"] },
    "attestation-sample": { baseline: ["hostPath volumes"], restricted: ["restricted volume types"] },
    "attested-job": { baseline: ["hostPath volumes"], restricted: ["restricted volume types"] },
};

const workloads = stacks.flatMap((stack) =>
    renderedManifests(stack)
        .filter(({ kind }) => kind === "DaemonSet" || kind === "Job")
        .map((workload) => ({
            title: `${stack}: ${workload.kind ?? ""}/${workload.metadata.name ?? ""}`,
            workload,
            expected: violations[nameOf(workload)]!,
        })),
);

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    plane = await startControlPlane({ controllerManager: true });
    api = new Api(plane.admin);
    const made = stacks.flatMap((stack) => renderedManifests(stack)).filter(({ kind }) => kind === "Namespace");
    const priorities = renderedManifests("dev").filter(({ kind }) => kind === "PriorityClass");
    for (const manifest of priorities) expect((await api.create(manifest)).status).toBe(201);
    const own = new Map(made.map((manifest) => [manifest.metadata.name ?? "", manifest]));
    for (const level of levels) {
        const labels = { "pod-security.kubernetes.io/enforce": level };
        own.set(level, { apiVersion: "v1", kind: "Namespace", metadata: { name: level, labels } });
    }
    for (const manifest of own.values()) expect((await api.create(manifest)).status).toBe(201);
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "sgx-epc-hook" } };
    await api.create({ ...account, metadata: { ...account.metadata, namespace: "sgx-device-plugin" } });
    const core = plane.api(CoreV1Api);
    for (const namespace of own.keys())
        await waitFor(`the default ServiceAccount of ${namespace}`, () =>
            core.readNamespacedServiceAccount({ name: "default", namespace }),
        );
});
afterAll(() => plane.stop());

describe.each(workloads)("the pods of $title", ({ workload, expected }) => {
    test("are admitted in their namespace, which warns of nothing but what they need", async () => {
        const { namespace = "default" } = workload.metadata;
        const { status, warnings } = await asPod(workload, namespace);
        expect(status).toBe(201);
        // The namespace "default" is none of this package's.
        const warned = namespace === "default" ? [] : [expected.baseline];
        expect(warnings.map((text) => said(text, "baseline"))).toEqual(warned);
    });

    test.each(levels)("are outside level %s for what they need, and nothing else", async (level) => {
        const { status, body } = await asPod(workload, level);
        expect([status, said(body.message ?? "", level)]).toEqual([403, expected[level]]);
    });
});

test("the namespaces warn of what other pods ask for there, beyond what this package does", async () => {
    const workload = workloads.find(({ title }) => title === "dev: DaemonSet/sgx-quote-helper")!.workload;
    const copy = structuredClone(workload);
    templateOf(copy).spec["hostNetwork"] = true;
    const { status, warnings } = await asPod(copy, "sgx-quote-helper");
    expect(status).toBe(201);
    expect(warnings.map((text) => said(text, "baseline"))).toEqual([
        ["host namespaces", "hostPath volumes", "hostPort"],
    ]);
});

test("docs/admission.md has the table, and docs/operations.md the message that people search for", () => {
    const cells = (name: string) =>
        levels.map((level) => violations[name]![level].map((text) => `\`${text}\``).join(", "));
    const rows = readFileSync("docs/admission.md", "utf8")
        .split("\n")
        .map((line) => line.split("|").map((cell) => cell.trim()));
    for (const name of Object.keys(violations)) {
        const row = rows.find((each) => each[1]?.includes(`\`${name}\``));
        expect(row?.slice(2, 4), name).toEqual(cells(name));
    }
    expect(readFileSync("docs/operations.md", "utf8")).toContain(
        'violates PodSecurity "baseline:latest": hostPath volumes',
    );
});

/** The name under which the table has a workload. */
function nameOf(workload: Manifest): string {
    const labels = workload.metadata.labels ?? {};
    const component = labels["app.kubernetes.io/component"];
    return component === "attested-job" ? component : (labels["app.kubernetes.io/name"] ?? "");
}

/** Pod Security's list in one of its messages, without the details in parentheses. */
function said(message: string, level: Level): string[] {
    const [, list = ""] = new RegExp(`PodSecurity "?\\\\?"${level}:latest\\\\?": (.*?)"?$`).exec(message) ?? [];
    return list.split(/ \(.*?\)(?:, |$)/).filter((text) => text !== "");
}

/** A pod of the workload, tried and not kept. */
function asPod(workload: Manifest, namespace: string) {
    const { metadata, spec } = structuredClone(templateOf(workload));
    if ((levels as readonly string[]).includes(namespace)) delete spec["serviceAccountName"];
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "tried", namespace }, spec };
    return api.create(pod, { dryRun: "All" });
}
