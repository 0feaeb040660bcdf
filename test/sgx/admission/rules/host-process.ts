import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    refused: {
        "a process of a Windows node": pod({
            app: { securityContext: { windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM" } } },
            spec: {
                hostNetwork: true,
                os: { name: "windows" },
                securityContext: { windowsOptions: { hostProcess: true } },
            },
        }),
    },
    passes: {
        "a Windows pod as another user": pod({
            spec: { os: { name: "windows" }, securityContext: { windowsOptions: { runAsUserName: "ContainerUser" } } },
        }),
    },
};
