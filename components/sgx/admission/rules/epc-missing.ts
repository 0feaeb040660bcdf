import { ENCLAVE_RESOURCE, EPC_RESOURCE } from "../../resources";
import { RuleSubject, type GuardRule } from "../rule";
import { inLimits } from "../terms";

export const epcMissing: GuardRule = {
    id: "epc-missing",
    about: RuleSubject.limits,
    holds: `(!${inLimits(ENCLAVE_RESOURCE)} || ${inLimits(EPC_RESOURCE)})`,
    says: `asks for ${ENCLAVE_RESOURCE} without EPC, so no budget counts the memory of its enclaves; add ${EPC_RESOURCE}, such as "32Mi", to its limits`,
};
