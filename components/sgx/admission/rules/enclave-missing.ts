import { ENCLAVE_RESOURCE, EPC_RESOURCE } from "../../resources";
import { RuleSubject, type GuardRule } from "../rule";
import { inLimits } from "../terms";

export const enclaveMissing: GuardRule = {
    id: "enclave-missing",
    about: RuleSubject.limits,
    holds: `(!${inLimits(EPC_RESOURCE)} || ${inLimits(ENCLAVE_RESOURCE)})`,
    says: `asks for ${EPC_RESOURCE} without the device that enclaves run on; add ${ENCLAVE_RESOURCE} to its limits, with the value "1"`,
};
