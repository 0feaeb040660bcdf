import { AESM_ENV } from "../../aesm/aesm";
import { AttestationLabelValue } from "../../attestation/mode";
import { RuleSubject, type GuardRule } from "../rule";
import { isMode } from "../terms";

const { outOfProcess, inProcess } = AttestationLabelValue;

export const bothModes: GuardRule = {
    id: "both-modes",
    about: RuleSubject.container,
    holds: `(!${isMode(inProcess)} || (!hasVariable && !mountsSocket))`,
    says: `has ${AESM_ENV} or AESM's directory in a pod labelled ${inProcess}: one mode in one pod; remove both, or label the pod ${outOfProcess}`,
};
