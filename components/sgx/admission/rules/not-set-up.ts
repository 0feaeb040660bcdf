import { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET_DIR } from "../../aesm/aesm";
import { AttestationLabelValue } from "../../attestation/mode";
import { EPC_RESOURCE } from "../../resources";
import { RuleSubject, type GuardRule } from "../rule";
import { asksFor, isMode } from "../terms";

const { outOfProcess } = AttestationLabelValue;

export const notSetUp: GuardRule = {
    id: "not-set-up",
    about: RuleSubject.container,
    holds: `(!${isMode(outOfProcess)} || hasVariable || mountsSocket || !${asksFor(EPC_RESOURCE)})`,
    says: `asks for EPC in a pod labelled ${outOfProcess} and has neither ${AESM_ENV} nor AESM's directory, since nothing injects them here; add the variable ${AESM_ENV}="${AESM_ENV_VALUE}" and the node's ${AESM_SOCKET_DIR}, or use withAttestation`,
};
