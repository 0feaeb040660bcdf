import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { helper, podSecured, secured } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "no filter of system calls": secured({ seccompProfile: { type: "Unconfined" } }),
        "no filter of system calls, for the pod": podSecured({ seccompProfile: { type: "Unconfined" } }),
        "no filter of system calls, in an init container": pod({
            initContainers: [helper({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
        }),
    },
    passes: {
        "the filter of the runtime": secured({ seccompProfile: { type: "RuntimeDefault" } }),
    },
};
