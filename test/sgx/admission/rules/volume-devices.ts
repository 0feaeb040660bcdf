import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { claim, device, helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "a raw block device": pod({ app: device, volumes: [claim] }),
        "a raw block device in an init container": pod({ initContainers: [helper(device)], volumes: [claim] }),
        "a raw block device at the provisioning device's path": pod({
            app: { volumeDevices: [{ name: "disk", devicePath: "/dev/sgx_provision" }] },
            volumes: [claim],
        }),
    },
    passes: {
        "a claim as a file system": pod({
            app: { volumeMounts: [{ name: "disk", mountPath: "/data" }] },
            volumes: [claim],
        }),
    },
};
