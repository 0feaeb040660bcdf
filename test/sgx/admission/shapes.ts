import {
    attestingPod,
    pod,
    socketMount,
    socketVolume,
    variable,
    type Pod,
    type PodParts,
} from "../../e2e/policies/pods";

/** A second container. */
export const helper = (more: object = {}) => ({ name: "helper", image: "example.org/helper:1", ...more });

/** A second container with the variable and one mount. */
export const mounting = (mount: object, more: object = {}) =>
    helper({ env: [variable], volumeMounts: [mount], ...more });

/** A pod whose container, or which itself, has a security context. */
export const secured = (securityContext: object) => pod({ app: { securityContext } });
export const podSecured = (securityContext: object) => pod({ spec: { securityContext } });
export const adds = (...add: string[]) => ({ capabilities: { add } });

/** A pod that attests, with its mount changed, or with another beside it. */
export const mountedAs = (change: object) => attestingPod({ app: { volumeMounts: [{ ...socketMount, ...change }] } });
export const alsoMounted = (mount: object, ...volumes: object[]) =>
    attestingPod({ app: { volumeMounts: [socketMount, mount] }, volumes: [socketVolume, ...volumes] });

/** A pod with a hostPath volume, or with any volume, mounted at /data. */
export const hostPath = (path: string, type?: string) =>
    pod({ volumes: [{ name: "node", hostPath: { path, ...(type === undefined ? {} : { type }) } }] });
export const mounted = (volume: object) =>
    pod({ app: { volumeMounts: [{ name: "node", mountPath: "/data" }] }, volumes: [{ name: "node", ...volume }] });

export const asking = (limits: Record<string, string>) => pod({ app: { resources: { limits } } });
export const withVariable = (env: object) => attestingPod({ app: { env: [env] } });
export const annotated = (annotations: Record<string, string>, parts: PodParts = {}): Pod =>
    pod({ ...parts, annotations });

export const writable = { name: "aesmd-socket", mountPath: "/var/run/aesmd" };
export const empty = { name: "empty", emptyDir: {} };
export const claim = { name: "disk", persistentVolumeClaim: { claimName: "disk" } };
export const device = { volumeDevices: [{ name: "disk", devicePath: "/dev/xvda" }] };
export const elsewhereProbed = { httpGet: { port: 80, host: "192.0.2.1" } };
