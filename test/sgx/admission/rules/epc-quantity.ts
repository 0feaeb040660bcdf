import { enclave, labelledPod, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "EPC of ten bytes": asking({ ...enclave, "sgx.intel.com/epc": "10" }),
        "EPC of ten bytes in a labelled pod": labelledPod({
            app: { resources: { limits: { "sgx.intel.com/epc": "10" } } },
        }),
        "no EPC": asking({ ...enclave, "sgx.intel.com/epc": "0" }),
        "EPC in decimal megabytes": asking({ ...enclave, "sgx.intel.com/epc": "10M" }),
        "EPC of a page and a half": asking({ ...enclave, "sgx.intel.com/epc": "6Ki" }),
        "EPC of more bytes than can be counted": asking({ ...enclave, "sgx.intel.com/epc": "16Ei" }),
        "EPC of ten bytes in an init container": pod({
            initContainers: [helper({ resources: { limits: { ...enclave, "sgx.intel.com/epc": "10" } } })],
        }),
    },
    passes: {
        "one page": asking({ ...enclave, "sgx.intel.com/epc": "4Ki" }),
        bytes: asking({ ...enclave, "sgx.intel.com/epc": "33554432" }),
    },
    refusedByKubernetes: {
        "EPC of thousandths": { says: /must be an integer/, pod: asking({ ...enclave, "sgx.intel.com/epc": "10m" }) },
    },
};
