import { attestingPod, epc, socketMount, socketVolume, variable } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { mounted } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "a CSI driver that mounts directories of the node": mounted({ csi: { driver: "hostpath.csi.k8s.io" } }),
        "a CSI driver with attributes for it": mounted({
            csi: { driver: "hostpath.csi.k8s.io", volumeAttributes: { path: "/etc" } },
        }),
        "a CSI driver whose name begins like an allowed one": mounted({
            csi: { driver: "secrets-store.csi.k8s.io.evil.example" },
        }),
        "a CSI volume for one that attests": attestingPod({
            app: {
                volumeMounts: [socketMount, { name: "x", mountPath: "/x" }],
                resources: { limits: epc },
                env: [variable],
            },
            volumes: [socketVolume, { name: "x", csi: { driver: "hostpath.csi.k8s.io" } }],
        }),
    },
    passes: {
        "secrets of a key vault": mounted({ csi: { driver: "secrets-store.csi.k8s.io", readOnly: true } }),
        "a driver behind a claim": mounted({ persistentVolumeClaim: { claimName: "data" } }),
    },
};
