import { ATTESTATION_LABEL } from "../../attestation/mode";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";
import { isBinding, labelOf } from "../terms";

/**
 * A Binding's labels are written into the pod (since Kubernetes 1.35), which the request does not have, so it may not
 * have this one.
 */
export const labelChanged: GuardRule = {
    id: "label-changed",
    about: RuleSubject.change,
    holds:
        `(${isBinding} ? !(has(object.metadata.labels) && ${celText(ATTESTATION_LABEL)} in object.metadata.labels) : ` +
        `${labelOf("object")} == ${labelOf("oldObject")})`,
    says: `the label ${ATTESTATION_LABEL} of a pod cannot change, since it says what the pod was made for: delete the pod and create it anew`,
};
