import { AttestationLabelValue } from "../../attestation/mode";
import { EPC_RESOURCE } from "../../resources";
import { RuleSubject, type GuardRule } from "../rule";
import { asksFor, isMode } from "../terms";

const { outOfProcess } = AttestationLabelValue;
const everyContainer = "(object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : []))";

export const labelWithoutEpc: GuardRule = {
    id: "label-without-epc",
    about: RuleSubject.pod,
    holds: `(!${isMode(outOfProcess)} || ${everyContainer}.exists(c, ${asksFor(EPC_RESOURCE)}))`,
    says: `the pod is labelled ${outOfProcess} and no container of it asks for EPC: add ${EPC_RESOURCE}, such as "32Mi", to the limits of the one that runs enclaves`,
};
