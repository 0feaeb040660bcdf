import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Api, Manifest } from "../support/api";
import { certificate } from "../support/certificates";
import type { ControlPlane } from "../support/control-plane";
import { mustCreate } from "../support/policies";

/**
 * A mutating webhook of another program: a JSON patch, for pods with a label. Mutating webhooks run after mutating
 * policies.
 */
export interface Webhook {
    stop(): Promise<void>;
}

/**
 * Starts one and makes the API server call it for pods of this label; `reinvocationPolicy` is Kubernetes' default,
 * `Never`.
 */
export async function startWebhook(
    plane: ControlPlane,
    api: Api,
    { label, patch }: { label: Record<string, string>; patch: readonly object[] },
): Promise<Webhook> {
    const files = certificate(plane.folder, plane.ca, "webhook", "/CN=webhook", ["IP:127.0.0.1"]);
    const server = createServer(
        { cert: readFileSync(files.cert), key: readFileSync(files.key) },
        (request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const asked = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { request: { uid: string } };
                const patched = {
                    patchType: "JSONPatch",
                    patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
                };
                const answer = { uid: asked.request.uid, allowed: true, ...patched };
                const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer };
                response.setHeader("content-type", "application/json").end(JSON.stringify(review));
            });
        },
    );
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const name = "webhook.example.org";
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
