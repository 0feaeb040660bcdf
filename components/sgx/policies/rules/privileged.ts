import { RuleSubject, type GuardRule } from "../rule";

export const privileged: GuardRule = {
    id: "privileged",
    about: RuleSubject.containerSecurity,
    holds: "(!has(s.privileged) || !s.privileged)",
    says: `is privileged, which gives it the whole node; remove "privileged: true"`,
};
