import { AESM_ENV, AESM_SOCKET_DIR } from "../../aesm/aesm";
import { RuleSubject, type GuardRule } from "../rule";
import { atSocketDir } from "../terms";

export const variableWithoutMount: GuardRule = {
    id: "variable-without-mount",
    about: RuleSubject.container,
    holds: `(!hasVariable || (mountsSocket && c.volumeMounts.exists(m, m.name in socket && ${atSocketDir})))`,
    says: `has ${AESM_ENV} without AESM's directory; mount the node's ${AESM_SOCKET_DIR} (hostPath, type Directory) there with readOnly: true`,
};
