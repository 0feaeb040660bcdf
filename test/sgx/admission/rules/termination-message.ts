import { attestingPod } from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";
import { helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "a message at /var/run/aesmd/aesm.socket": attestingPod({
            app: { terminationMessagePath: "/var/run/aesmd/aesm.socket" },
        }),
        "a message at /run/aesmd/aesm.socket": attestingPod({
            app: { terminationMessagePath: "/run/aesmd/aesm.socket" },
        }),
        "a message at /var/run//aesmd/aesm.socket": attestingPod({
            app: { terminationMessagePath: "/var/run//aesmd/aesm.socket" },
        }),
        "a message at var/run/aesmd/aesm.socket": attestingPod({
            app: { terminationMessagePath: "var/run/aesmd/aesm.socket" },
        }),
        "a message at /var/run/aesmd": attestingPod({ app: { terminationMessagePath: "/var/run/aesmd" } }),
        "a message over the socket, by an init container": attestingPod({
            initContainers: [helper({ terminationMessagePath: "/var/run/aesmd/aesm.socket" })],
        }),
    },
    passes: {
        "a message elsewhere": attestingPod({ app: { terminationMessagePath: "/tmp/message" } }),
        "a message in a neighbour": attestingPod({ app: { terminationMessagePath: "/var/run/aesmd.log" } }),
    },
    refusedChanges: {
        "an ephemeral container with its message over the socket": debugged(attestingPod(), {
            terminationMessagePath: "/var/run/aesmd/aesm.socket",
        }),
    },
};
