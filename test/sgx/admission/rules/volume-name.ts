import { attestingPod, labelledPod, pod, socketVolume } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    refused: {
        "an empty directory in AESM's place": attestingPod({ volumes: [{ name: "aesmd-socket", emptyDir: {} }] }),
        "an empty directory in AESM's place, with the label": labelledPod({
            volumes: [{ name: "aesmd-socket", emptyDir: {} }],
        }),
        "a claim in AESM's place": attestingPod({
            volumes: [{ name: "aesmd-socket", persistentVolumeClaim: { claimName: "data" } }],
        }),
        "a projected volume in AESM's place": attestingPod({
            volumes: [{ name: "aesmd-socket", projected: { sources: [{ configMap: { name: "socket" } }] } }],
        }),
        "a CSI volume in AESM's place": attestingPod({
            volumes: [{ name: "aesmd-socket", csi: { driver: "secrets-store.csi.k8s.io" } }],
        }),
    },
    passes: {
        "AESM's directory under another name": pod({ volumes: [{ ...socketVolume, name: "aesm" }] }),
        "AESM's directory under its name": pod({ volumes: [socketVolume] }),
    },
    refusedByKubernetes: {
        "AESM's directory and another volume of one name": {
            says: /volumes\[1\]\.name: Duplicate value/,
            pod: pod({
                volumes: [socketVolume, { name: "aesmd-socket", hostPath: { path: "/etc" } }],
            }),
        },
    },
};
