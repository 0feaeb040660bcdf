import { RuleSubject, type GuardRule } from "../rule";

/** Comes before `host-namespaces`, because Kubernetes requires hostNetwork with hostProcess. */
export const hostProcess: GuardRule = {
    id: "host-process",
    about: RuleSubject.security,
    holds: "(!has(s.windowsOptions) || !has(s.windowsOptions.hostProcess) || !s.windowsOptions.hostProcess)",
    says: "runs as a process of the node; remove windowsOptions.hostProcess",
};
