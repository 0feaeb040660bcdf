import { ATTESTATION_LABEL, AttestationLabelValue } from "../../aesm";
import { PROVISION_RESOURCE } from "../../epc";
import { RuleSubject, type GuardOptions, type GuardRule } from "../rule";
import { inLimits, isMode } from "../terms";

/** Resources of Intel's plug-in that come with the provisioning device; the last two are for DCAP's own infrastructure. */
const provisioning = [PROVISION_RESOURCE, "sgx.intel.com/qe", "sgx.intel.com/registration"];
const none = (resources: readonly string[]) => resources.map((resource) => `!${inLimits(resource)}`).join(" && ");
const { inProcess } = AttestationLabelValue;

export function provision({ allowInProcess }: GuardOptions): GuardRule {
    const allowed = allowInProcess ? ` || (${isMode(inProcess)} && ${none(provisioning.slice(1))})` : "";
    const remedy = allowInProcess
        ? `remove ${PROVISION_RESOURCE}, or, if it really makes its quotes itself, label the pod ${ATTESTATION_LABEL}: ${inProcess}`
        : `remove ${PROVISION_RESOURCE}, or have allowInProcess set for this namespace`;
    return {
        id: "provision",
        about: RuleSubject.limits,
        holds: `((${none(provisioning)})${allowed})`,
        says: `asks for the provisioning device, which out-of-process only the node's AESM holds; ${remedy}`,
    };
}
