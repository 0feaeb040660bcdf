import { attestedPod, attestingPod, labelledPod, pod, socketMount, socketVolume } from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";
import { helper } from "../shapes";

const perl = {
    name: "wait-for-aesm",
    image: "example.org/helper:1",
    command: ["perl", "-e", "exec '/app/quotes-in-process'"],
    volumeMounts: [socketMount],
};
const realWait = attestedPod().spec.initContainers![0]! as Record<string, unknown> & { command: string[] };

export const fixtures: Fixtures = {
    refused: {
        "another container under the name of the wait": attestingPod({
            containers: [helper({ name: "wait-for-aesm" })],
        }),
        "an init container under the name of the wait": attestingPod({
            initContainers: [helper({ name: "wait-for-aesm", command: ["sh", "-c", "true"] })],
        }),
        "a labelled pod with an init container under that name": labelledPod({
            initContainers: [helper({ name: "wait-for-aesm", volumeMounts: [] })],
        }),
        "the wait without AESM's directory": attestingPod({
            initContainers: [helper({ name: "wait-for-aesm", command: ["perl", "-e", "1"] })],
        }),
        "a main container with any Perl program": pod({ containers: [perl], volumes: [socketVolume] }),
        "an init container with any Perl program": attestingPod({ initContainers: [perl] }),
        "the wait itself as a main container": attestingPod({ containers: [realWait] }),
        "the wait itself as a sidecar": attestingPod({ initContainers: [{ ...realWait, restartPolicy: "Always" }] }),
    },
    passes: {
        "the init container that waits": attestedPod(),
    },
    refusedChanges: {
        "an ephemeral container under the name of the wait": debugged(attestingPod(), { name: "wait-for-aesm" }),
        "the wait itself as an ephemeral container": debugged(attestingPod(), {
            name: "wait-for-aesm",
            command: realWait.command,
            volumeMounts: [socketMount],
        }),
    },
};
