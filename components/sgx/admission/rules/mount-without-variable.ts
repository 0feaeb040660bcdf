import { AESM_ENV, AESM_ENV_VALUE } from "../../aesm/aesm";
import { RuleSubject, type GuardRule } from "../rule";
import { isWait } from "../terms";

export const mountWithoutVariable: GuardRule = {
    id: "mount-without-variable",
    about: RuleSubject.container,
    holds: `(!mountsSocket || hasVariable || ${isWait()})`,
    says: `mounts AESM's directory without the variable ${AESM_ENV}, so it would quote in-process; add ${AESM_ENV}="${AESM_ENV_VALUE}", or remove the mount`,
};
