import { RuleSubject, type GuardRule } from "../rule";

export const socketSubPath: GuardRule = {
    id: "socket-sub-path",
    about: RuleSubject.socketMount,
    holds: "(!has(m.subPath) && !has(m.subPathExpr))",
    says: "mounts a part of AESM's directory, which AESM's next start would cut off; remove subPath and subPathExpr from the mount",
};
