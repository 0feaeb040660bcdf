import { AESM_SOCKET_DIR } from "../../aesm/aesm";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

export const hostPathType: GuardRule = {
    id: "host-path-type",
    about: RuleSubject.volume,
    holds: `(!has(v.hostPath) || v.hostPath.path != ${celText(AESM_SOCKET_DIR)} || (has(v.hostPath.type) && v.hostPath.type == "Directory"))`,
    says: `is ${AESM_SOCKET_DIR} without "type: Directory", so on a node without AESM it would be made and empty; add "type: Directory" to its hostPath`,
};
