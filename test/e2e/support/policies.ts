import { AttestationPolicies, type AttestationPoliciesArgs } from "../../../components";
import { construct } from "../../support/construct";
import type { Api, Manifest } from "./api";
import { waitFor } from "./wait";

/** The objects that `AttestationPolicies` registers, as they would be sent to the API server. */
export async function policyManifests(args: AttestationPoliciesArgs, name = "e2e"): Promise<Manifest[]> {
    const resources = await construct("preview", () => new AttestationPolicies(name, args));
    return resources.filter(({ custom }) => custom).map(({ inputs }) => inputs as unknown as Manifest);
}

/** A namespace of Pod Security's level "privileged", as hostPath needs, with the ServiceAccount that pods run as. */
export async function makeNamespace(api: Api, name: string, labels: Record<string, string> = {}): Promise<void> {
    const enforce = { "pod-security.kubernetes.io/enforce": "privileged" };
    await mustCreate(api, {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { ...enforce, ...labels } },
    });
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } };
    const { status, body } = await api.create(account);
    // The controller manager, where one runs, may have been first.
    if (status !== 201 && status !== 409) throw new Error(body.message);
}

/**
 * Creates policies and waits until the API server evaluates them: they become active a moment after they were created,
 * the guard and the injection each for itself. `namespaces` are the ones covered.
 */
export async function installPolicies(api: Api, args: AttestationPoliciesArgs, name?: string): Promise<Manifest[]> {
    const manifests = await policyManifests(args, name);
    for (const manifest of manifests) await mustCreate(api, manifest);
    const injected = manifests.some(({ kind }) => kind === "MutatingAdmissionPolicy");
    for (const namespace of args.namespaces as string[]) {
        await waitFor(`the policies of ${namespace} to be active`, async () => {
            const refused = await api.create(canary(namespace, { privileged: true }), { dryRun: "All" });
            if (refused.status === 201 && refused.warnings.length === 0) return false;
            if (!injected) return true;
            const { status, body } = await api.create(canary(namespace, { epc: true }), { dryRun: "All" });
            return status === 201 && JSON.stringify(body).includes("SGX_AESM_ADDR");
        });
    }
    return manifests;
}

/** A pod to see whether the guard (a privileged one) or the injection (a labelled one) is there. */
function canary(namespace: string, { privileged = false, epc = false }): Manifest {
    const labels = epc ? { "confidential-aks/attestation": "out-of-process" } : {};
    const container = {
        name: "app",
        image: "example.org/app:1",
        ...(privileged ? { securityContext: { privileged } } : {}),
        ...(epc ? { resources: { limits: { "sgx.intel.com/epc": "4Mi" } } } : {}),
    };
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "canary", namespace, labels },
        spec: { containers: [container] },
    } as Manifest;
}

export async function mustCreate(api: Api, manifest: Manifest): Promise<void> {
    const { status, body } = await api.create(manifest);
    if (status !== 201)
        throw new Error(`${manifest.kind ?? ""} ${manifest.metadata.name ?? ""}: ${body.message ?? ""}`);
}
