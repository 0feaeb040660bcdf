import { AESM_SOCKET_DIR } from "../../aesm/aesm";
import { RuleSubject, type GuardRule } from "../rule";
import { mayBeInSocketDir } from "../terms";

export const terminationMessage: GuardRule = {
    id: "termination-message",
    about: RuleSubject.container,
    holds: `(!has(c.terminationMessagePath) || !${mayBeInSocketDir("c.terminationMessagePath")})`,
    says: `has its terminationMessagePath in ${AESM_SOCKET_DIR}, where an empty file would lie over AESM's socket; remove it, or name another path`,
};
