import { ENCLAVE_RESOURCE, EPC_RESOURCE } from "../../epc";
import { inLimits } from "../terms";
import { RuleSubject, type GuardRule } from "../rule";

export const enclaveMissing: GuardRule = {
    id: "enclave-missing",
    about: RuleSubject.limits,
    holds: `(!${inLimits(EPC_RESOURCE)} || ${inLimits(ENCLAVE_RESOURCE)})`,
    says: `asks for ${EPC_RESOURCE} without the device that enclaves run on; add ${ENCLAVE_RESOURCE} to its limits, with the value "1"`,
};
