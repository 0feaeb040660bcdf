import { ATTESTATION_LABEL, AttestationLabelValue } from "../../attestation/mode";
import { celTexts } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

const { outOfProcess, inProcess } = AttestationLabelValue;

export const labelValue: GuardRule = {
    id: "label-value",
    about: RuleSubject.pod,
    holds: `(mode in ${celTexts(["", outOfProcess, inProcess])})`,
    says: `the pod's label ${ATTESTATION_LABEL} has a value that means nothing: write "${outOfProcess}" or "${inProcess}", or remove it`,
};
