import type { Manifest } from "../../support/api";
import { policyManifests } from "../../support/policies";
import { deployment, shop, type Rig } from "../rig";
import type { Fault } from "./fault";

const policies = policyManifests({ namespaces: [shop], kubernetesVersion: "1.36" }, "policies");
const ofKind = async (kind: string): Promise<Manifest> => {
    const found = (await policies).find((manifest) => manifest.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} among the policies`);
    return found;
};
const without = (kind: string) => ({
    make: async (rig: Rig) => rig.pods.delete(await ofKind(kind)),
    mend: async (rig: Rig) => rig.pods.apply(await ofKind(kind)),
});
const patched = (kind: string, body: Record<string, unknown>) => ({
    make: async (rig: Rig) => rig.patch(await ofKind(kind), body),
    mend: async (rig: Rig) => rig.respec(await ofKind(kind)),
});

/** Faults of the admission policies. */
export const policyFaults: readonly Fault[] = [
    {
        name: "the binding of the guard is gone",
        code: "CA-C07",
        reason: "not-bound",
        ...without("ValidatingAdmissionPolicyBinding"),
        touches: ["policies"],
    },
    {
        name: "the guard is gone, and its binding stays",
        code: "CA-C07",
        reason: "policy-missing",
        ...without("ValidatingAdmissionPolicy"),
        touches: ["policies"],
    },
    {
        name: "the binding of the injection is gone",
        code: "CA-C07",
        reason: "not-bound",
        ...without("MutatingAdmissionPolicyBinding"),
        touches: ["policies"],
    },
    {
        name: "the guard only audits",
        code: "CA-C07",
        reason: "audit-only",
        ...patched("ValidatingAdmissionPolicyBinding", { spec: { validationActions: ["Audit", "Warn"] } }),
        touches: ["policies"],
    },
    {
        name: "errors of the guard let pods pass",
        code: "CA-C07",
        reason: "failure-policy",
        ...patched("ValidatingAdmissionPolicy", { spec: { failurePolicy: "Ignore" } }),
        touches: ["policies"],
    },
    {
        name: "a labelled workload is in a namespace that no policy covers",
        code: "CA-C07",
        reason: "not-covered",
        make: (rig) => rig.pods.apply(elsewhere()),
        mend: (rig) => rig.pods.delete(elsewhere()),
        touches: ["workload", "policies"],
    },
];

/** A Deployment that relies on the injection where there is none. */
function elsewhere(): Manifest {
    const manifest = deployment("elsewhere");
    manifest.metadata.namespace = "attestation-sample";
    return manifest;
}
