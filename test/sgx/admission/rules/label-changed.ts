import { attestingPod, inProcess, outOfProcess, pod } from "../../../e2e/policies/pods";
import { debugged, metadataOf, otherImage, type Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    passes: {
        "an empty label": pod({ labels: { "confidential-aks/attestation": "" } }),
    },
    refusedChanges: {
        "the label by an update": metadataOf(attestingPod(), "", { labels: outOfProcess }),
        "the label taken away": {
            before: attestingPod({ labels: outOfProcess }),
            by: "",
            change: ({ metadata }) => Object.assign(metadata, { labels: {} }),
        },
        "the label changed by the pod's status": metadataOf(attestingPod({ labels: outOfProcess }), "status", {
            labels: inProcess,
        }),
        "the label by a Binding": metadataOf(pod({ spec: { schedulerName: "nobody" } }), "binding", {
            labels: inProcess,
        }),
        "the label by a Binding in the collection": metadataOf(pod({ spec: { schedulerName: "nobody" } }), "bindings", {
            labels: inProcess,
        }),
        "the label emptied by a Binding": metadataOf(pod({ spec: { schedulerName: "nobody" } }), "binding", {
            labels: { "confidential-aks/attestation": "" },
        }),
    },
    passingChanges: {
        "another label by a Binding": metadataOf(pod({ spec: { schedulerName: "nobody" } }), "binding", {
            labels: { "topology.kubernetes.io/zone": "1" },
        }),
        "another label by an update": metadataOf(attestingPod({ labels: outOfProcess }), "", { labels: { team: "a" } }),
        "another image in a pod that breaks no rule": otherImage(attestingPod({ labels: outOfProcess })),
        "an ephemeral container in a pod that breaks no rule": debugged(attestingPod({ labels: outOfProcess })),
    },
};
