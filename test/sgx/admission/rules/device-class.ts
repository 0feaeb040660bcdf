import { enclave, epc, pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { asking, helper } from "../shapes";

const deviceClass = "deviceclass.resource.kubernetes.io/sgx-provision";

export const fixtures: Fixtures = {
    refused: {
        "the provisioning device by a DeviceClass": asking({ [deviceClass]: "1" }),
        "a DeviceClass in an init container": pod({
            initContainers: [helper({ resources: { limits: { [deviceClass]: "1" } } })],
        }),
        "a DeviceClass as a request alone": pod({ app: { resources: { requests: { [deviceClass]: "1" } } } }),
        "a DeviceClass beside EPC": asking({
            ...epc,
            ...enclave,
            [deviceClass]: "1",
        }),
    },
    passes: {
        "another vendor's device": asking({ "nvidia.com/gpu": "1" }),
        "a resource claim": pod({
            app: { resources: { claims: [{ name: "gpu" }] } },
            spec: { resourceClaims: [{ name: "gpu", resourceClaimName: "gpu" }] },
        }),
    },
    refusedByKubernetes: {
        "a DeviceClass for the pod": {
            says: /Unsupported value/,
            pod: pod({ spec: { resources: { limits: { [deviceClass]: "1" } } } }),
        },
    },
};
