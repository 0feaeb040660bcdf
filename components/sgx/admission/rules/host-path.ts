import { AESM_SOCKET_DIR } from "../../aesm/aesm";
import { provisioningWays } from "../../attestation/provisioning";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

export const hostPath: GuardRule = {
    id: "host-path",
    about: RuleSubject.volume,
    holds: `(!has(v.hostPath) || v.hostPath.path == ${celText(AESM_SOCKET_DIR)})`,
    says: `${provisioningWays.hostPath}: pods here may have ${AESM_SOCKET_DIR}, written exactly so, and nothing else; use another kind of volume`,
};
