import { AESM_ENV, AttestationLabelValue } from "../../aesm";
import { isMode } from "../terms";
import { RuleSubject, type GuardRule } from "../rule";

const { outOfProcess, inProcess } = AttestationLabelValue;

export const bothModes: GuardRule = {
    id: "both-modes",
    about: RuleSubject.container,
    holds: `(!${isMode(inProcess)} || (!hasVariable && !mountsSocket))`,
    says: `has ${AESM_ENV} or AESM's directory in a pod labelled ${inProcess}: one mode in one pod; remove both, or label the pod ${outOfProcess}`,
};
