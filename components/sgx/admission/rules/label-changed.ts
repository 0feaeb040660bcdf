import { ATTESTATION_LABEL } from "../../attestation/mode";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";
import { isBinding, labelOf } from "../terms";

/**
 * Since Kubernetes 1.35 the API server writes a Binding's labels into the pod. The request does not contain the pod, so
 * a Binding may not have this label.
 */
export const labelChanged: GuardRule = {
    id: "label-changed",
    about: RuleSubject.change,
    holds:
        `(${isBinding} ? !(has(object.metadata.labels) && ${celText(ATTESTATION_LABEL)} in object.metadata.labels) : ` +
        `${labelOf("object")} == ${labelOf("oldObject")})`,
    says: `the label ${ATTESTATION_LABEL} of a pod cannot change, since it says what the pod was made for: delete the pod and create it anew`,
};
