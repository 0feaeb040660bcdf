import { AESM_SOCKET_DIR } from "../../aesm/aesm";
import { RuleSubject, type GuardRule } from "../rule";
import { atSocketDir } from "../terms";

export const socketMountPath: GuardRule = {
    id: "socket-mount-path",
    about: RuleSubject.socketMount,
    holds: atSocketDir,
    says: `mounts AESM's directory at another path, where no library looks for it; set "mountPath: ${AESM_SOCKET_DIR}"`,
};
