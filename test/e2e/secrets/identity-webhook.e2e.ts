import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AttestationMode, withAttestation } from "../../../components/sgx";
import type { Covered } from "../policies/covered";
import { startCovered } from "../policies/covered";
import {
    epc,
    labelledPod,
    namespace,
    pod,
    socketMount,
    socketVolume,
    variable,
    type Pod,
    type PodParts,
} from "../policies/pods";
import type { Webhook } from "../policies/webhook";
import type { Api } from "../support/api";
import type { Container } from "../support/manifests";
import { mustCreate } from "../support/policies";
import { waitFor } from "../support/wait";
import { label, startIdentityWebhook, tenantId, versions, type WebhookVersion } from "./identity-webhook";

const clientId = "99999999-8888-7777-6666-555555555555";
const account = "payroll";

/** A container with EPC, one without, and an init container, of a pod that wants an identity. */
const parts: PodParts = {
    labels: label,
    app: { resources: { limits: epc } },
    containers: [{ name: "plain", image: "example.org/plain:1" }],
    initContainers: [{ name: "before", image: "example.org/before:1" }],
    spec: { serviceAccountName: account, automountServiceAccountToken: false },
};

interface Made {
    status: number;
    message: string | undefined;
    warnings: string[];
    spec: { containers: Container[]; initContainers: Container[]; volumes: Record<string, unknown>[] };
}

async function made(api: Api, tried: Pod): Promise<Made> {
    const { status, body, warnings } = await api.create(tried, { dryRun: "All" });
    return { status, message: body.message, warnings, spec: body["spec"] as Made["spec"] };
}

/** Waits until the API server calls a webhook that was just registered. */
const untilCalled = (api: Api) =>
    waitFor("the identity webhook to be called", async () => {
        const { spec } = await made(api, pod({ ...parts, app: {} }));
        return JSON.stringify(spec).includes("AZURE_CLIENT_ID");
    });

const generated = (tried: Pod): Pod => {
    const { name: _, ...metadata } = tried.metadata;
    return { ...tried, metadata: { ...metadata, generateName: "tried-" } };
};

describe.each(versions)("beside the identity webhook, %s,", (version: WebhookVersion) => {
    let covered: Covered;
    let webhook: Webhook;

    beforeAll(async () => {
        // Registered before the policies; the last tests register it after them.
        covered = await startCovered(async (api, plane) => {
            const annotations = { "azure.workload.identity/client-id": clientId };
            const metadata = { name: account, namespace, annotations };
            await mustCreate(api, { apiVersion: "v1", kind: "ServiceAccount", metadata });
            webhook = await startIdentityWebhook(plane, api, version, "a-identity.example.org");
        });
        await untilCalled(covered.api);
    });
    afterAll(async () => {
        await webhook.stop();
        await covered.plane.stop();
    });

    const complete = async (tried: Pod) => {
        const { status, message, warnings, spec } = await made(covered.api, tried);
        expect([status, message, warnings]).toEqual([201, undefined, []]);
        const tokens = spec.volumes.filter(({ projected }) =>
            JSON.stringify(projected ?? "").includes("AzureADTokenExchange"),
        );
        expect(tokens).toHaveLength(1);
        const all = [...spec.initContainers, ...spec.containers];
        expect(all.map(({ name }) => name)).toEqual(["wait-for-aesm", "before", "app", "plain"]);
        for (const container of all) {
            const { env, volumeMounts } = container as unknown as {
                env: { name: string; value: string }[];
                volumeMounts: { name: string; mountPath: string; readOnly: boolean }[];
            };
            const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
            const mounts = volumeMounts.filter(({ name }) => name === tokens[0]?.["name"]);
            expect(mounts).toHaveLength(1);
            expect(values).toMatchObject({ AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: tenantId });
            expect(values["AZURE_FEDERATED_TOKEN_FILE"]).toContain(`${mounts[0]?.mountPath ?? "nothing"}/`);
        }
        const app = spec.containers.find(({ name }) => name === "app") as unknown as {
            env: unknown[];
            volumeMounts: unknown[];
        };
        expect(app.env).toContainEqual(variable);
        expect(app.volumeMounts).toContainEqual(socketMount);
        expect(spec.volumes).toContainEqual(socketVolume);
    };

    const pods: [string, () => Pod][] = [
        ["labelled", () => labelledPod(parts)],
        ["of a workload, so its name is made by the API server", () => generated(labelledPod(parts))],
        ["set up by withAttestation", () => withAttestation(pod(parts), AttestationMode.outOfProcess)],
    ];

    test.each(pods)("a pod that is %s has both mutations and is accepted by the guard", async (_, tried) => {
        await complete(tried());
    });

    test("a container that is to be skipped has no token, and attests all the same", async () => {
        const annotations = { "azure.workload.identity/skip-containers": "plain; wait-for-aesm" };
        const { status, warnings, spec } = await made(covered.api, labelledPod({ ...parts, annotations }));
        expect([status, warnings]).toEqual([201, []]);
        const withToken = [...spec.initContainers, ...spec.containers].filter((each) =>
            JSON.stringify(each).includes("AZURE_"),
        );
        expect(withToken.map(({ name }) => name)).toEqual(["before", "app"]);
    });

    test("the guard refuses what it refuses without the webhook", async () => {
        const writable = labelledPod({
            ...parts,
            app: { ...parts.app, volumeMounts: [{ ...socketMount, readOnly: false }] },
            volumes: [socketVolume],
        });
        expect((await made(covered.api, writable)).message).toMatch(/\(socket-read-only\)$/);
    });

    test("the guard refuses the webhook's proxy, which is privileged", async () => {
        const annotations = { "azure.workload.identity/inject-proxy-sidecar": "true" };
        const { status, message } = await made(covered.api, labelledPod({ ...parts, annotations }));
        expect([status, message]).toEqual([
            403,
            expect.stringMatching(/azwi-proxy-init.*\((privileged|capabilities)\)$/),
        ]);
    });

    test("and registered after the policies it is the same", async () => {
        const configuration = { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration" };
        await covered.api.delete({ ...configuration, metadata: { name: "a-identity.example.org" } });
        await webhook.stop();
        webhook = await startIdentityWebhook(covered.plane, covered.api, version, "z-identity.example.org");
        await untilCalled(covered.api);
        for (const [, tried] of pods) await complete(tried());
    });

    test("without the webhook's server a pod with its label does not start, and others do", async () => {
        await webhook.stop();
        const refused = await waitFor("the webhook to be missed", async () => {
            const answer = await made(covered.api, labelledPod(parts));
            return answer.status === 201 ? undefined : answer;
        });
        expect(refused.message).toContain("failed calling webhook");
        expect((await made(covered.api, labelledPod())).status).toBe(201);
    });
});
