import { AESM_SOCKET_DIR } from "../../aesm";
import { mayBeInSocketDir } from "../terms";
import { RuleSubject, type GuardRule } from "../rule";

export const terminationMessage: GuardRule = {
    id: "termination-message",
    about: RuleSubject.container,
    holds: `(!has(c.terminationMessagePath) || !${mayBeInSocketDir("c.terminationMessagePath")})`,
    says: `has its terminationMessagePath in ${AESM_SOCKET_DIR}, where an empty file would lie over AESM's socket; remove it, or name another path`,
};
