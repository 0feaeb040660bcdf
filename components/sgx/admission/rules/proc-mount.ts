import { RuleSubject, type GuardRule } from "../rule";

export const procMount: GuardRule = {
    id: "proc-mount",
    about: RuleSubject.containerSecurity,
    holds: `(!has(s.procMount) || s.procMount == "Default")`,
    says: "has an unmasked /proc; remove procMount",
};
