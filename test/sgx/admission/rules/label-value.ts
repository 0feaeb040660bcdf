import { attestingPod, outOfProcess, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";

export const fixtures: Fixtures = {
    refused: {
        "the label in camel case": attestingPod({ labels: { "confidential-aks/attestation": "outOfProcess" } }),
        "the label with another value": pod({ labels: { "confidential-aks/attestation": "true" } }),
        "the label in capitals": attestingPod({ labels: { "confidential-aks/attestation": "Out-Of-Process" } }),
    },
    passes: {
        "the label": attestingPod({ labels: outOfProcess }),
        "an empty one": pod({ labels: { "confidential-aks/attestation": "" } }),
    },
};
