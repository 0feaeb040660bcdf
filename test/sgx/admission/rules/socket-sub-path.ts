import { attestingPod, pod, socketMount } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { empty, mountedAs, mounting } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "the socket file alone, by subPath": mountedAs({ subPath: "aesm.socket" }),
        "a part of the directory": mountedAs({ subPath: "x" }),
        "the directory itself as a part": mountedAs({ subPath: "./" }),
        "a part named by a variable": mountedAs({ subPathExpr: "$(SGX_AESM_ADDR)" }),
        "a part, in an init container": attestingPod({ initContainers: [mounting({ ...socketMount, subPath: "x" })] }),
    },
    passes: {
        "a part of something else": pod({
            app: { volumeMounts: [{ name: "empty", mountPath: "/data", subPath: "x" }] },
            volumes: [empty],
        }),
    },
    refusedByKubernetes: {
        "a part that leads out": { says: /must not contain '\.\.'/, pod: mountedAs({ subPath: "../containerd" }) },
    },
};
