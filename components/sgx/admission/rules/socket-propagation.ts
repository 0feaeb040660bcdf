import { RuleSubject, type GuardRule } from "../rule";

export const socketPropagation: GuardRule = {
    id: "socket-propagation",
    about: RuleSubject.socketMount,
    holds: `(!has(m.mountPropagation) || m.mountPropagation == "None")`,
    says: "mounts AESM's directory with mount propagation; remove mountPropagation from the mount",
};
