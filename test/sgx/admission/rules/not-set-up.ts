import { attestingPod, enclave, epc, outOfProcess, pod } from "../../../e2e/policies/pods";
import { otherImage, type Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    passes: {
        "the label and all it needs": attestingPod({ labels: outOfProcess }),
    },
    refusedChanges: {
        "another image in an older pod that is not set up": otherImage(
            pod({ labels: outOfProcess, app: { resources: { limits: { ...epc, ...enclave } } } }),
        ),
    },
};
