import { attestingPod, enclave, epc, labelledPod, pod, socketMount, socketVolume, variable } from "../pods";
import { by, type Bypass } from "./bypass";

const mountedAs = (change: object) => attestingPod({ app: { volumeMounts: [{ ...socketMount, ...change }] } });
const alsoMounted = (mount: object) => attestingPod({ app: { volumeMounts: [socketMount, mount] } });
const helper = (mount: object, more: object = {}) => ({
    name: "helper",
    image: "example.org/helper:1",
    env: [variable],
    volumeMounts: [mount],
    ...more,
});
const writable = { name: "aesmd-socket", mountPath: "/var/run/aesmd" };
const empty = { name: "empty", emptyDir: {} };

/** Ways to write to AESM's directory, to see more of it, or to put something in its place, by what stands under `volumeMounts`. */
export const badMounts: Bypass[] = [
    ...by("socket-read-only", {
        "AESM's directory, writable": mountedAs({ readOnly: false }),
        "AESM's directory, by default writable": attestingPod({ app: { volumeMounts: [writable] } }),
        "writable in a second container": attestingPod({ containers: [helper(writable)] }),
        "writable in an init container": attestingPod({ initContainers: [helper(writable)] }),
        "writable in a sidecar": attestingPod({ initContainers: [helper(writable, { restartPolicy: "Always" })] }),
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
            initContainers: [helper(writable, { name: "wait-for-aesm", command: ["perl", "-e", "1"], env: undefined })],
        }),
    }),
    ...by("socket-sub-path", {
        "the socket file alone, by subPath": mountedAs({ subPath: "aesm.socket" }),
        "a part of the directory": mountedAs({ subPath: "x" }),
        "the directory itself as a part": mountedAs({ subPath: "./" }),
        "a part named by a variable": mountedAs({ subPathExpr: "$(SGX_AESM_ADDR)" }),
        "a part, in an init container": attestingPod({ initContainers: [helper({ ...socketMount, subPath: "x" })] }),
    }),
    ...by(/must not contain '\.\.'/, { "a part that leads out": mountedAs({ subPath: "../containerd" }) }),
    ...by("socket-mount-path", {
        "AESM's directory somewhere else": mountedAs({ mountPath: "/aesm" }),
        "AESM's directory in the place of its parent": mountedAs({ mountPath: "/var/run" }),
        "AESM's directory inside of itself": mountedAs({ mountPath: "/var/run/aesmd/aesmd" }),
        "at its place and elsewhere": alsoMounted({ ...socketMount, mountPath: "/elsewhere" }),
        "at its place in another spelling": mountedAs({ mountPath: "/var/run/./aesmd" }),
    }),
    ...by("socket-propagation", {
        "mounts of the node let in": mountedAs({ mountPropagation: "HostToContainer" }),
        "in a helper": attestingPod({ containers: [helper({ ...socketMount, mountPropagation: "HostToContainer" })] }),
    }),
    ...by(/Bidirectional mount propagation is available only to privileged containers/, {
        "mounts let out": mountedAs({ mountPropagation: "Bidirectional" }),
    }),
    ...by("socket-dir-taken", {
        "an empty directory at AESM's place": pod({
            app: {
                env: [variable],
                resources: { limits: { ...epc, ...enclave } },
                volumeMounts: [{ name: "empty", mountPath: "/var/run/aesmd" }],
            },
            volumes: [empty],
        }),
        "an empty directory at AESM's place, with the label": labelledPod({
            app: { volumeMounts: [{ name: "empty", mountPath: "/var/run/aesmd" }] },
            volumes: [empty],
        }),
        "an empty directory at AESM's place by its real path": labelledPod({
            app: { volumeMounts: [{ name: "empty", mountPath: "/run/aesmd" }] },
            volumes: [empty],
        }),
        "an empty directory over the socket": attestingPod({
            app: { volumeMounts: [socketMount, { name: "empty", mountPath: "/var/run/aesmd/aesm.socket" }] },
            volumes: [socketVolume, empty],
        }),
        "a ConfigMap at AESM's place": pod({
            app: { volumeMounts: [{ name: "map", mountPath: "/var/run/aesmd/" }] },
            volumes: [{ name: "map", configMap: { name: "map" } }],
        }),
        "a projected volume at AESM's place in an init container": attestingPod({
            initContainers: [helper({ name: "map", mountPath: "/var/run/aesmd" })],
            volumes: [socketVolume, { name: "map", projected: { sources: [{ secret: { name: "s" } }] } }],
        }),
    }),
    ...by(/must be unique/, {
        "two volumes at AESM's place": alsoMounted({ name: "aesmd-socket", mountPath: "/var/run/aesmd" }),
    }),
    ...by(/volumeMounts\[0\]\.name: Not found/, {
        "a volume that is not there": attestingPod({ volumes: [empty] }),
    }),
];
