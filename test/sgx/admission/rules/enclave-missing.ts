import { attestingPod, enclave, epc, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "EPC without the device": asking(epc),
        "EPC without the device, though all else is there": attestingPod({ app: { resources: { limits: epc } } }),
        "EPC without the device in an init container": pod({
            initContainers: [helper({ resources: { limits: epc } })],
        }),
    },
    passes: {
        "EPC and the device": asking({ ...epc, ...enclave }),
    },
};
