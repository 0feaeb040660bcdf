import { attestingPod, enclave, epc, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "the device without EPC": asking(enclave),
        "the device without EPC, though all else is there": attestingPod({ app: { resources: { limits: enclave } } }),
        "the device without EPC in an init container": pod({
            initContainers: [helper({ resources: { limits: enclave } })],
        }),
        "the device without EPC in a sidecar": attestingPod({
            initContainers: [helper({ restartPolicy: "Always", resources: { limits: enclave } })],
        }),
    },
    passes: {
        "EPC and the device": asking({ ...epc, ...enclave }),
        neither: asking({ cpu: "1" }),
    },
    refusedByKubernetes: {
        "the device as a request alone": {
            says: /must be|Limit must be set/,
            pod: pod({ app: { resources: { requests: enclave } } }),
        },
    },
};
