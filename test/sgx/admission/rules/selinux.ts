import type { Fixtures } from "../fixtures";
import { podSecured, secured } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "an SELinux type of the node": secured({ seLinuxOptions: { type: "spc_t" } }),
        "an SELinux role": secured({ seLinuxOptions: { role: "system_r" } }),
        "an SELinux user, for the pod": podSecured({ seLinuxOptions: { user: "system_u" } }),
        "a device plug-in's SELinux type": secured({ seLinuxOptions: { type: "container_device_plugin_t" } }),
    },
    passes: {
        "a level": podSecured({ seLinuxOptions: { level: "s0:c1,c2" } }),
        "a container's own type": secured({ seLinuxOptions: { type: "container_t" } }),
    },
};
