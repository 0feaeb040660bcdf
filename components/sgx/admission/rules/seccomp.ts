import { RuleSubject, type GuardRule } from "../rule";

export const seccomp: GuardRule = {
    id: "seccomp",
    about: RuleSubject.security,
    holds: `(!has(s.seccompProfile) || s.seccompProfile.type != "Unconfined")`,
    says: `switches system call filtering off; use seccompProfile "RuntimeDefault"`,
};
