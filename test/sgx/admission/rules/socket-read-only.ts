import { attestingPod, labelledPod, pod, socketMount, socketVolume, variable } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { alsoMounted, empty, mountedAs, mounting, writable } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "AESM's directory, writable": mountedAs({ readOnly: false }),
        "AESM's directory, by default writable": attestingPod({ app: { volumeMounts: [writable] } }),
        "writable in a second container": attestingPod({ containers: [mounting(writable)] }),
        "writable in an init container": attestingPod({ initContainers: [mounting(writable)] }),
        "writable in a sidecar": attestingPod({ initContainers: [mounting(writable, { restartPolicy: "Always" })] }),
        "writable by a second mount": alsoMounted({ ...writable, mountPath: "/run/aesmd" }),
        "writable under a volume of another name": pod({
            app: { env: [variable], volumeMounts: [{ name: "other", mountPath: "/var/run/aesmd" }] },
            volumes: [{ ...socketVolume, name: "other" }],
        }),
        "writable by a second volume": attestingPod({
            app: { volumeMounts: [socketMount, { name: "second", mountPath: "/run/aesmd" }] },
            volumes: [socketVolume, { ...socketVolume, name: "second" }],
        }),
        "writable in a labelled pod": labelledPod({ app: { volumeMounts: [writable] }, volumes: [socketVolume] }),
        "writable in the container that waits": attestingPod({
            initContainers: [
                mounting(writable, { name: "wait-for-aesm", command: ["perl", "-e", "1"], env: undefined }),
            ],
        }),
    },
    passes: {
        "a read-only mount": attestingPod(),
        "a writable mount of something else": pod({
            app: { volumeMounts: [{ name: "empty", mountPath: "/data" }] },
            volumes: [empty],
        }),
    },
};
