import { createHash } from "node:crypto";
import type { Pod } from "../policies/pods";
import { startWebhook, type PodReview, type Webhook } from "../policies/webhook";
import type { Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import type { Container } from "../support/manifests";

/** Versions of azure-workload-identity's webhook that differ in the volume: its name, and where it is mounted. */
export const versions = ["v1.5.1", "v1.6.0", "after v1.6.0"] as const;
export type WebhookVersion = (typeof versions)[number];

export const label = { "azure.workload.identity/use": "true" };
export const tenantId = "11111111-2222-3333-4444-555555555555";

/** Where the version puts the token of a pod. */
function placeOf(version: WebhookVersion, podName: string): { name: string; mountPath: string; path: string } {
    const path = "azure-identity-token";
    if (version === "v1.5.1") return { name: path, mountPath: "/var/run/secrets/azure/tokens", path };
    const prefix = "azure-workload-identity-reserved-";
    const hash = createHash("sha256")
        .update(podName)
        .digest("hex")
        .slice(0, 63 - prefix.length);
    const mountPath = `/var/run/secrets/azure/wi${version === "v1.6.0" ? "" : `/${hash}`}`;
    return { name: `${prefix}${hash}`, mountPath, path: `token/${path}` };
}

/**
 * A stand-in for the mutating webhook of azure-workload-identity, which AKS runs: what its code does to a pod
 * (pkg/webhook/webhook.go), registered as its chart does it.
 */
export function startIdentityWebhook(
    plane: ControlPlane,
    api: Api,
    version: WebhookVersion,
    name: string,
): Promise<Webhook> {
    const patch = async ({ namespace, object }: PodReview) => {
        const { serviceAccountName = "default" } = object.spec as { serviceAccountName?: string };
        const kind = { apiVersion: "v1", kind: "ServiceAccount" };
        const { status, body } = await api.get({ ...kind, metadata: { name: serviceAccountName, namespace } });
        if (status !== 200) throw new Error(`ServiceAccount ${serviceAccountName}: ${body.message ?? ""}`);
        return patchOf(version, object, (body["metadata"] as Pod["metadata"] & Annotated).annotations ?? {});
    };
    return startWebhook(plane, api, { name, label, patch, reinvocationPolicy: "IfNeeded" });
}

interface Annotated {
    annotations?: Record<string, string>;
}

/** What the webhook of a version does to a pod. */
export function patchOf(version: WebhookVersion, pod: Pod, account: Record<string, string>): object[] {
    const { name, generateName = "", annotations = {} } = pod.metadata;
    const place = placeOf(version, name === undefined || name === "" ? `${generateName} (prefix)` : name);
    const variables = {
        AZURE_CLIENT_ID: account["azure.workload.identity/client-id"],
        AZURE_TENANT_ID: account["azure.workload.identity/tenant-id"] ?? tenantId,
        AZURE_FEDERATED_TOKEN_FILE: `${place.mountPath}/${place.path}`,
        AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/",
    };
    const skipped = new Set(
        (annotations["azure.workload.identity/skip-containers"] ?? "").split(";").map((s) => s.trim()),
    );
    const mount = { name: place.name, mountPath: place.mountPath, readOnly: true };
    const mutated = (container: Container): Container => {
        if (skipped.has(container.name)) return container;
        const { env = [], volumeMounts = [] } = container as { env?: Named[]; volumeMounts?: Named[] };
        const missing = Object.entries(variables).filter(
            ([key, value]) => value !== undefined && !env.some((each) => each.name === key),
        );
        return {
            ...container,
            env: [...env, ...missing.map(([key, value]) => ({ name: key, value }))],
            volumeMounts: placed(volumeMounts, mount),
        } as Container;
    };
    const withProxy = annotations["azure.workload.identity/inject-proxy-sidecar"] !== undefined;
    const initContainers = [...(pod.spec.initContainers ?? []), ...(withProxy ? [proxyInit] : [])].map(mutated);
    const expirationSeconds = Number(account["azure.workload.identity/service-account-token-expiration"] ?? "3600");
    const token = { path: place.path, expirationSeconds, audience: "api://AzureADTokenExchange" };
    const volume = { name: place.name, projected: { sources: [{ serviceAccountToken: token }] } };
    return [
        { op: "add", path: "/spec/containers", value: pod.spec.containers.map(mutated) },
        ...(initContainers.length === 0 ? [] : [{ op: "add", path: "/spec/initContainers", value: initContainers }]),
        { op: "add", path: "/spec/volumes", value: placed(pod.spec.volumes ?? [], volume) },
    ];
}

interface Named {
    name?: string;
}

/** In place of one of the same name, or behind all. */
function placed(list: readonly Named[], item: Named): Named[] {
    return list.some(({ name }) => name === item.name)
        ? list.map((each) => (each.name === item.name ? item : each))
        : [...list, item];
}

/** What makes the proxy work, and what no policy of a cluster with enclaves should let pass. */
const proxyInit = {
    name: "azwi-proxy-init",
    image: "example.org/proxy-init:1",
    securityContext: {
        capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
        privileged: true,
        runAsNonRoot: false,
        runAsUser: 0,
    },
} as Container;
