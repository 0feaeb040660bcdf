import { attestedPod, attestingPod, socketMount } from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";
import { helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "AESM's directory without the variable": attestingPod({ app: { env: [] } }),
        "AESM's directory in a helper without the variable": attestingPod({
            containers: [helper({ volumeMounts: [socketMount] })],
        }),
        "AESM's directory, and the variable misspelt": attestingPod({
            app: { env: [{ name: "SGX_AESM_ADR", value: "1" }] },
        }),
        "AESM's directory, and the variable in lower case": attestingPod({
            app: { env: [{ name: "sgx_aesm_addr", value: "1" }] },
        }),
    },
    passes: {
        both: attestingPod(),
        "the init container that waits, which has no variable": attestedPod(),
    },
    refusedChanges: {
        "an ephemeral container with the mount alone": debugged(attestingPod(), { volumeMounts: [socketMount] }),
    },
};
