import { enclave, epc, labelledPod, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "the old resource": asking({ "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" }),
        "the old resource in a labelled pod": labelledPod({
            app: { resources: { limits: { ...epc, "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" } } },
        }),
        "the old resource in an init container": pod({
            initContainers: [helper({ resources: { limits: { "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" } } })],
        }),
    },
    passes: {
        "the resource of today": asking({ ...epc, ...enclave }),
    },
};
