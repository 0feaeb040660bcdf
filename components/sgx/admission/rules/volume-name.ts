import { AESM_VOLUME } from "../../aesm/aesm";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

export const volumeName: GuardRule = {
    id: "volume-name",
    about: RuleSubject.volume,
    holds: `(v.name != ${celText(AESM_VOLUME)} || has(v.hostPath))`,
    says: "has the name that is for AESM's directory of the node and is something else; rename it",
};
