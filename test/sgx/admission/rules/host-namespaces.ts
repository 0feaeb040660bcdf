import { attestingPod, labelledPod, pod } from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    refused: {
        "the node's network": pod({ spec: { hostNetwork: true } }),
        "the node's processes": pod({ spec: { hostPID: true } }),
        "the node's memory": pod({ spec: { hostIPC: true } }),
        "the node's network for a pod that attests": attestingPod({ spec: { hostNetwork: true } }),
        "the node's processes for a labelled pod": labelledPod({ spec: { hostPID: true } }),
    },
    passes: {
        "a process namespace of the pod": pod({ spec: { shareProcessNamespace: true } }),
        "namespaces of the pod, in so many words": pod({
            spec: { hostNetwork: false, hostPID: false, hostIPC: false },
        }),
    },
    refusedChanges: {
        "an ephemeral container in a pod from before": debugged(pod({ spec: { hostPID: true, hostNetwork: true } })),
    },
};
