import { attestingPod, pod, socketMount } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { empty, mountedAs, mounting } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "mounts of the node let in": mountedAs({ mountPropagation: "HostToContainer" }),
        "in a helper": attestingPod({
            containers: [mounting({ ...socketMount, mountPropagation: "HostToContainer" })],
        }),
    },
    passes: {
        "propagation of nothing": mountedAs({ mountPropagation: "None" }),
        "mounts of the node in something else": pod({
            app: { volumeMounts: [{ name: "empty", mountPath: "/data", mountPropagation: "HostToContainer" }] },
            volumes: [empty],
        }),
    },
    refusedByKubernetes: {
        "mounts let out": {
            says: /Bidirectional mount propagation is available only to privileged containers/,
            pod: mountedAs({ mountPropagation: "Bidirectional" }),
        },
    },
};
