import {
    attestingPod,
    enclave,
    epc,
    labelledPod,
    pod,
    socketMount,
    socketVolume,
    variable,
} from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";
import { alsoMounted, empty, mounting } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
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
            initContainers: [mounting({ name: "map", mountPath: "/var/run/aesmd" })],
            volumes: [socketVolume, { name: "map", projected: { sources: [{ secret: { name: "s" } }] } }],
        }),
        "an empty directory at /var/run//aesmd": alsoMounted({ name: "empty", mountPath: "/var/run//aesmd" }, empty),
        "an empty directory at var/run/aesmd": alsoMounted({ name: "empty", mountPath: "var/run/aesmd" }, empty),
        "an empty directory at /var/run/./aesmd": alsoMounted({ name: "empty", mountPath: "/var/run/./aesmd" }, empty),
        "an empty directory at /var/run/x/../aesmd": alsoMounted(
            { name: "empty", mountPath: "/var/run/x/../aesmd" },
            empty,
        ),
        "an empty directory at //run/aesmd": alsoMounted({ name: "empty", mountPath: "//run/aesmd" }, empty),
        "an empty directory at /run//aesmd/aesm.socket": alsoMounted(
            { name: "empty", mountPath: "/run//aesmd/aesm.socket" },
            empty,
        ),
        "an empty directory at /var/../run/aesmd": alsoMounted(
            { name: "empty", mountPath: "/var/../run/aesmd" },
            empty,
        ),
        "an empty directory at /var/run/aesmd/.": alsoMounted({ name: "empty", mountPath: "/var/run/aesmd/." }, empty),
        "an empty directory at /var/run/aesmd//": alsoMounted({ name: "empty", mountPath: "/var/run/aesmd//" }, empty),
        "an empty directory at /var/run/aesmd/x/..": alsoMounted(
            { name: "empty", mountPath: "/var/run/aesmd/x/.." },
            empty,
        ),
        "an empty directory at run/aesmd": alsoMounted({ name: "empty", mountPath: "run/aesmd" }, empty),
        "an empty directory at ./run/aesmd/": alsoMounted({ name: "empty", mountPath: "./run/aesmd/" }, empty),
        "an empty directory at /var/run/aesmd-x/../aesmd": alsoMounted(
            { name: "empty", mountPath: "/var/run/aesmd-x/../aesmd" },
            empty,
        ),
        "an empty directory at /run/.//aesmd": alsoMounted({ name: "empty", mountPath: "/run/.//aesmd" }, empty),
        "an empty directory at /var/run//aesmd in a labelled pod": labelledPod({
            app: { volumeMounts: [{ name: "empty", mountPath: "/var/run//aesmd" }] },
            volumes: [empty],
        }),
        "an empty directory at /var/run//aesmd in an init container": attestingPod({
            initContainers: [mounting({ name: "empty", mountPath: "/var/run//aesmd" }, { env: [] })],
            volumes: [socketVolume, empty],
        }),
        "a part of a volume at var/run/aesmd": alsoMounted(
            { name: "empty", mountPath: "var/run/aesmd", subPathExpr: "$(SGX_AESM_ADDR)" },
            empty,
        ),
        "an image at /var/run/./aesmd": alsoMounted(
            { name: "empty", mountPath: "/var/run/./aesmd" },
            { name: "empty", image: { reference: "example.org/model:1" } },
        ),
    },
    passes: {
        "an empty directory at AESM's parent, which AESM's own lies in": alsoMounted(
            { name: "empty", mountPath: "/var/run" },
            empty,
        ),
        "a neighbour whose name begins the same": alsoMounted(
            { name: "empty", mountPath: "/var/run/aesmd-exporter" },
            empty,
        ),
        "a roundabout path elsewhere": alsoMounted({ name: "empty", mountPath: "/etc//aesmd.d" }, empty),
        "a roundabout path near it without it": alsoMounted({ name: "empty", mountPath: "/var/run//other" }, empty),
        "AESM's directory below another": alsoMounted({ name: "empty", mountPath: "/opt/var/lib/aesmd" }, empty),
    },
    refusedByKubernetes: {
        "two volumes at AESM's place": {
            says: /must be unique/,
            pod: alsoMounted({ name: "aesmd-socket", mountPath: "/var/run/aesmd" }),
        },
    },
    refusedChanges: {
        "an ephemeral container with an empty directory at AESM's place": debugged(
            attestingPod({ volumes: [socketVolume, empty] }),
            { volumeMounts: [{ name: "empty", mountPath: "/run//aesmd" }] },
        ),
    },
};
