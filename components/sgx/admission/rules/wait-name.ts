import { AESM_WAIT_CONTAINER } from "../../aesm/aesm";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";
import { isWait } from "../terms";

export const waitName: GuardRule = {
    id: "wait-name",
    about: RuleSubject.container,
    holds: `(c.name != ${celText(AESM_WAIT_CONTAINER)} || ${isWait()})`,
    says: "has the name of the init container that waits for AESM and is something else; rename it",
};
