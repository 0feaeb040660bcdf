import { ENCLAVE_RESOURCE, PROVISION_RESOURCE } from "../../resources";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";
import { inLimits } from "../terms";

const one = (device: string) => `(!${inLimits(device)} || l[${celText(device)}] == "1")`;

export const deviceCount: GuardRule = {
    id: "device-count",
    about: RuleSubject.limits,
    holds: `${one(ENCLAVE_RESOURCE)} && ${one(PROVISION_RESOURCE)}`,
    says: `asks for an SGX device in another number than one, and a device is there or is not; write "1"`,
};
