import { AESM_SOCKET_DIR } from "../../aesm/aesm";
import { RuleSubject, type GuardRule } from "../rule";
import { mayBeInSocketDir } from "../terms";

export const socketDirTaken: GuardRule = {
    id: "socket-dir-taken",
    about: RuleSubject.otherMount,
    holds: `!${mayBeInSocketDir("m.mountPath")}`,
    says: `mounts something else at ${AESM_SOCKET_DIR}, where AESM's socket has to be, or writes a path near it in a roundabout way; remove that mount, or use the node's directory (hostPath ${AESM_SOCKET_DIR}, type Directory, readOnly: true)`,
};
