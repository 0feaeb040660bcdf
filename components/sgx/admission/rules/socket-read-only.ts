import { RuleSubject, type GuardRule } from "../rule";

export const socketReadOnly: GuardRule = {
    id: "socket-read-only",
    about: RuleSubject.socketMount,
    holds: "(has(m.readOnly) && m.readOnly)",
    says: `mounts AESM's directory so that it can write to it, where only AESM may; add "readOnly: true" to the mount`,
};
