import { provisioningWays } from "../../attestation/provisioning";
import { RuleSubject, type GuardRule } from "../rule";

export const privileged: GuardRule = {
    id: "privileged",
    about: RuleSubject.containerSecurity,
    holds: "(!has(s.privileged) || !s.privileged)",
    says: `${provisioningWays.privileged}; remove "privileged: true"`,
};
