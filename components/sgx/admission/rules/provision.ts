import { ATTESTATION_LABEL, AttestationLabelValue } from "../../attestation/mode";
import { ONLY_AESM_PROVISIONS, provisioningResources, provisioningWays } from "../../attestation/provisioning";
import { PROVISION_RESOURCE } from "../../resources";
import { RuleSubject, type GuardOptions, type GuardRule } from "../rule";
import { inLimits, isMode } from "../terms";

const none = (resources: readonly string[]) => resources.map((resource) => `!${inLimits(resource)}`).join(" && ");
const { inProcess } = AttestationLabelValue;

export function provision({ allowInProcess }: GuardOptions): GuardRule {
    const allowed = allowInProcess ? ` || (${isMode(inProcess)} && ${none(provisioningResources.slice(1))})` : "";
    const remedy = allowInProcess
        ? `remove ${PROVISION_RESOURCE}, or, if it really makes its quotes itself, label the pod ${ATTESTATION_LABEL}: ${inProcess}`
        : `remove ${PROVISION_RESOURCE}, or have allowInProcess set for this namespace`;
    return {
        id: "provision",
        about: RuleSubject.limits,
        holds: `((${none(provisioningResources)})${allowed})`,
        says: `${provisioningWays.resource}, and ${ONLY_AESM_PROVISIONS}; ${remedy}`,
    };
}
