import { RuleSubject, type GuardRule } from "../rule";

export const hostNamespaces: GuardRule = {
    id: "host-namespaces",
    about: RuleSubject.pod,
    holds: ["hostNetwork", "hostPID", "hostIPC"]
        .map((field) => `(!has(object.spec.${field}) || !object.spec.${field})`)
        .join(" && "),
    says: "the pod is in the node's network, process or IPC namespace: remove hostNetwork, hostPID and hostIPC",
};
