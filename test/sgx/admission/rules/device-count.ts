import { enclave, epc, labelledPod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "two enclave devices": asking({ ...epc, "sgx.intel.com/enclave": "2" }),
        "no enclave device": asking({ ...epc, "sgx.intel.com/enclave": "0" }),
        "two enclave devices in a labelled pod": labelledPod({
            app: { resources: { limits: { ...epc, "sgx.intel.com/enclave": "2" } } },
        }),
    },
    passes: {
        "one device": asking({ ...epc, ...enclave }),
    },
};
