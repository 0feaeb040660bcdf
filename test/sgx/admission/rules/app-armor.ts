import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { podSecured, secured } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "no AppArmor": secured({ appArmorProfile: { type: "Unconfined" } }),
        "no AppArmor, for the pod": podSecured({ appArmorProfile: { type: "Unconfined" } }),
        "no AppArmor, by annotation, which Kubernetes turns into the field": pod({
            annotations: { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" },
        }),
    },
    passes: {
        "the profile of the runtime": secured({ appArmorProfile: { type: "RuntimeDefault" } }),
    },
};
