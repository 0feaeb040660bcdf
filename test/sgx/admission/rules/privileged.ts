import { attestedPod, attestingPod, labelledPod, pod } from "../../../e2e/policies/pods";
import { debugged, metadataOf, otherImage, type Fixtures } from "../fixtures";
import { helper, secured } from "../shapes";

const privilegedPod = secured({ privileged: true });
const joined = attestedPod();
joined.spec.containers.push(helper({ securityContext: { privileged: true } }));
const gated = pod({
    app: { securityContext: { privileged: true } },
    spec: { schedulingGates: [{ name: "example.org/wait" }] },
});

export const fixtures: Fixtures = {
    refused: {
        "a privileged container": secured({ privileged: true }),
        "a privileged container in a pod that attests": attestingPod({
            app: { securityContext: { privileged: true } },
        }),
        "a privileged second container": pod({ containers: [helper({ securityContext: { privileged: true } })] }),
        "a privileged init container": pod({ initContainers: [helper({ securityContext: { privileged: true } })] }),
        "a privileged sidecar": pod({
            initContainers: [helper({ restartPolicy: "Always", securityContext: { privileged: true } })],
        }),
        "a privileged container in a labelled pod": labelledPod({ app: { securityContext: { privileged: true } } }),
        "a privileged helper that came into a pod made by withAttestation": joined,
        "privileged and all capabilities dropped": secured({ privileged: true, capabilities: { drop: ["ALL"] } }),
    },
    passes: {
        "a container that says it is not": secured({ privileged: false }),
    },
    refusedChanges: {
        "another image in a pod from before": otherImage(privilegedPod),
        "an ephemeral container in a pod from before": debugged(privilegedPod),
        "an ephemeral container that is privileged": debugged(attestingPod(), {
            securityContext: { privileged: true },
        }),
        "the end of a scheduling gate of a pod from before": {
            before: gated,
            by: "",
            change: ({ spec }) => Object.assign(spec, { schedulingGates: [] }),
        },
    },
    passingChanges: {
        "a label of a pod from before": metadataOf(privilegedPod, "", { labels: { team: "a" } }),
        "an annotation of a pod from before": metadataOf(privilegedPod, "", { annotations: { note: "b" } }),
        "the state of a pod from before": metadataOf(privilegedPod, "status", { annotations: { note: "c" } }),
        "a toleration of a pod from before": {
            before: privilegedPod,
            by: "",
            change: ({ spec }) =>
                Object.assign(spec, {
                    tolerations: [
                        ...((spec as { tolerations?: object[] }).tolerations ?? []),
                        { key: "spot", operator: "Exists" },
                    ],
                }),
        },
    },
};
