import {
    attestingPod,
    enclave,
    epc,
    inProcess,
    pod,
    socketMount,
    socketVolume,
    variable,
} from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "the variable in an in-process pod": attestingPod({ labels: inProcess }),
        "AESM's directory in an in-process pod": pod({
            labels: inProcess,
            containers: [helper({ volumeMounts: [socketMount] })],
            volumes: [socketVolume],
        }),
        "the variable in a helper of an in-process pod": pod({
            labels: inProcess,
            containers: [helper({ env: [variable] })],
        }),
    },
    passes: {
        "the label for in-process quoting alone": pod({
            labels: inProcess,
            app: { resources: { limits: { ...epc, ...enclave } } },
        }),
    },
};
