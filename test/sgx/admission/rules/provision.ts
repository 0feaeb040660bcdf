import { attestingPod, enclave, epc, inProcess, labelledPod, pod, provision } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "the provisioning device by its resource": asking({ ...epc, ...enclave, ...provision }),
        "the provisioning device alone": asking(provision),
        "the provisioning device with the in-process label, where none is allowed": pod({
            app: { resources: { limits: { ...epc, ...enclave, ...provision } } },
            labels: inProcess,
        }),
        "the provisioning device in a labelled pod": labelledPod({
            app: { resources: { limits: { ...epc, ...provision } } },
        }),
        "the provisioning device in a pod that attests": attestingPod({
            app: { resources: { limits: { ...epc, ...enclave, ...provision } } },
        }),
        "the provisioning device in a helper": attestingPod({
            containers: [helper({ resources: { limits: provision } })],
        }),
        "the provisioning device in an init container": attestingPod({
            initContainers: [helper({ resources: { limits: provision } })],
        }),
        "the quoting device of DCAP's infrastructure": asking({ "sgx.intel.com/qe": "1" }),
        "the registration device of DCAP's infrastructure": asking({ "sgx.intel.com/registration": "1" }),
    },
    passes: {
        "the enclave device": asking({ ...epc, ...enclave }),
    },
    refusedByKubernetes: {
        "the provisioning device as a request alone": {
            says: /must be|Limit must be set/,
            pod: pod({ app: { resources: { requests: provision } } }),
        },
        "the provisioning device for the pod": {
            says: /Unsupported value/,
            pod: pod({ spec: { resources: { limits: provision } } }),
        },
    },
};
