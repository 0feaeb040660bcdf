import { attestingPod, pod, variable } from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";
import { empty, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "the variable without AESM's directory": pod({ app: { env: [variable] } }),
        "the variable, and the volume that no container mounts": attestingPod({ app: { volumeMounts: [] } }),
        "the variable in a helper without the directory": attestingPod({ containers: [helper({ env: [variable] })] }),
        "the variable in an init container without the directory": attestingPod({
            initContainers: [helper({ env: [variable] })],
        }),
    },
    passes: {
        both: attestingPod(),
    },
    refusedByKubernetes: {
        "a volume that is not there": {
            says: /volumeMounts\[0\]\.name: Not found/,
            pod: attestingPod({ volumes: [empty] }),
        },
    },
    refusedChanges: {
        "an ephemeral container with the variable alone": debugged(attestingPod(), { env: [variable] }),
    },
};
