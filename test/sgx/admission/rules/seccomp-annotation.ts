import { pod } from "../../../e2e/policies/pods";
import { metadataOf, type Fixtures } from "../fixtures";
import { annotated } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "no filter by the old annotations": annotated({
            "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
            "container.seccomp.security.alpha.kubernetes.io/app": "unconfined",
        }),
        "no filter for the pod": annotated({ "seccomp.security.alpha.kubernetes.io/pod": "unconfined" }),
        "no filter for a container": annotated({ "container.seccomp.security.alpha.kubernetes.io/app": "unconfined" }),
    },
    passes: {
        "the filter of the runtime": annotated({ "seccomp.security.alpha.kubernetes.io/pod": "runtime/default" }),
        "the filter of Docker": annotated({ "container.seccomp.security.alpha.kubernetes.io/app": "docker/default" }),
        "a filter of the node": annotated({ "seccomp.security.alpha.kubernetes.io/pod": "localhost/audit.json" }),
    },
    refusedChanges: {
        "no filter by an annotation that comes later": metadataOf(pod({}), "", {
            annotations: { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" },
        }),
    },
};
