import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { annotated } from "../shapes";

const windows = { spec: { os: { name: "windows" } } };

export const fixtures: Fixtures = {
    refused: {
        "no AppArmor by annotation in a Windows pod, where Kubernetes leaves the field alone": annotated(
            { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" },
            windows,
        ),
    },
    passes: {
        "the profile of the runtime, in a Windows pod": annotated(
            { "container.apparmor.security.beta.kubernetes.io/app": "runtime/default" },
            windows,
        ),
        "the profile of the runtime": annotated({
            "container.apparmor.security.beta.kubernetes.io/app": "runtime/default",
        }),
        "a profile of the node": annotated({
            "container.apparmor.security.beta.kubernetes.io/app": "localhost/profile",
        }),
    },
    refusedByKubernetes: {
        "no AppArmor, by annotation, for a container that is not there yet": {
            says: /container not found/,
            pod: pod({
                annotations: { "container.apparmor.security.beta.kubernetes.io/debugger": "unconfined" },
            }),
        },
    },
};
