import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Api, Manifest } from "../support/api";
import { certificate } from "../support/certificates";
import type { ControlPlane } from "../support/control-plane";
import { mustCreate } from "../support/policies";
import type { Pod } from "./pods";

/**
 * A mutating webhook of another program, for pods with a label. Mutating webhooks run after mutating
 * policies.
 */
export interface Webhook {
    stop(): Promise<void>;
}

/** What the API server sends for a pod. */
export interface PodReview {
    uid: string;
    namespace: string;
    object: Pod;
}

export interface WebhookOptions {
    label: Record<string, string>;
    /** The patch, or what makes it of a pod. */
    patch: readonly object[] | ((review: PodReview) => Promise<readonly object[]>);
    name?: string;
    /** Default Kubernetes' own, `Never`. */
    reinvocationPolicy?: "Never" | "IfNeeded";
}

/** Starts one and makes the API server call it for pods of this label. */
export async function startWebhook(
    plane: ControlPlane,
    api: Api,
    { label, patch, name = "webhook.example.org", reinvocationPolicy = "Never" }: WebhookOptions,
): Promise<Webhook> {
    const files = certificate(plane.folder, plane.ca, name, "/CN=webhook", ["IP:127.0.0.1"]);
    const server = createServer(
        { cert: readFileSync(files.cert), key: readFileSync(files.key) },
        (request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const asked = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { request: PodReview };
                reviewed(asked.request, patch).then(
                    (review) => response.setHeader("content-type", "application/json").end(JSON.stringify(review)),
                    (error: unknown) => response.writeHead(500).end(String(error)),
                );
            });
        },
    );
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    await mustCreate(api, {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "MutatingWebhookConfiguration",
        metadata: { name },
        webhooks: [
            {
                name,
                clientConfig: {
                    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
                    caBundle: readFileSync(plane.ca.cert).toString("base64"),
                },
                rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
                objectSelector: { matchLabels: label },
                admissionReviewVersions: ["v1"],
                sideEffects: "None",
                failurePolicy: "Fail",
                reinvocationPolicy,
            },
        ],
    } as Manifest);
    return {
        stop: async () => {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

async function reviewed(request: PodReview, patch: WebhookOptions["patch"]): Promise<object> {
    const operations = typeof patch === "function" ? await patch(request) : patch;
    const patched = { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(operations)).toString("base64") };
    const answer = { uid: request.uid, allowed: true, ...patched };
    return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer };
}
