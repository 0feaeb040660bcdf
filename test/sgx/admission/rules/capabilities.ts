import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { adds, helper, secured } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        SYS_ADMIN: secured(adds("SYS_ADMIN")),
        "all capabilities": secured(adds("ALL")),
        "SYS_ADMIN after ALL was dropped": secured({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
        SYS_RAWIO: secured(adds("SYS_RAWIO")),
        SYS_PTRACE: secured(adds("SYS_PTRACE")),
        DAC_READ_SEARCH: secured(adds("DAC_READ_SEARCH")),
        NET_ADMIN: secured(adds("NET_ADMIN")),
        NET_RAW: secured(adds("NET_RAW")),
        "SYS_MODULE among harmless ones": secured(adds("CHOWN", "SYS_MODULE", "KILL")),
        "a capability with its prefix": secured(adds("CAP_SYS_ADMIN")),
        "a capability in lower case": secured(adds("sys_admin")),
        "a capability with an empty name": secured(adds("")),
        "SYS_ADMIN in an init container": pod({ initContainers: [helper({ securityContext: adds("SYS_ADMIN") })] }),
        "BPF in a sidecar": pod({
            initContainers: [helper({ restartPolicy: "Always", securityContext: adds("BPF") })],
        }),
    },
    passes: {
        "a capability that runtimes give by default": secured(adds("NET_BIND_SERVICE")),
        none: secured({ capabilities: { drop: ["ALL"] } }),
    },
};
