import { attestingPod, enclave, outOfProcess, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    refused: {
        "the label and no EPC": pod({ labels: outOfProcess }),
        "the label and the device alone": pod({ labels: outOfProcess, app: { resources: { limits: enclave } } }),
    },
    passes: {
        "the label and EPC": attestingPod({ labels: outOfProcess }),
    },
};
