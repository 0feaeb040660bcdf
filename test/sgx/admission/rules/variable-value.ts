import { attestingPod, labelledPod, pod, socketMount, variable } from "../../../e2e/policies/pods";
import { debugged, type Fixtures } from "../fixtures";
import { helper, withVariable } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        'the variable as "0"': withVariable({ name: "SGX_AESM_ADDR", value: "0" }),
        "the variable as a path": withVariable({ name: "SGX_AESM_ADDR", value: "/var/run/aesmd/aesm.socket" }),
        "the variable without a value": withVariable({ name: "SGX_AESM_ADDR" }),
        "the variable with an empty value": withVariable({ name: "SGX_AESM_ADDR", value: "" }),
        'the variable as "true"': withVariable({ name: "SGX_AESM_ADDR", value: "true" }),
        'the variable as "1 "': withVariable({ name: "SGX_AESM_ADDR", value: "1 " }),
        "the variable from a ConfigMap": withVariable({
            name: "SGX_AESM_ADDR",
            valueFrom: { configMapKeyRef: { name: "settings", key: "aesm" } },
        }),
        "the variable from the pod's own fields": withVariable({
            name: "SGX_AESM_ADDR",
            valueFrom: { fieldRef: { fieldPath: "metadata.name" } },
        }),
        'the variable as "0" in a labelled pod': labelledPod({ app: { env: [{ name: "SGX_AESM_ADDR", value: "0" }] } }),
        "the variable from a Secret in a labelled pod": labelledPod({
            app: { env: [{ name: "SGX_AESM_ADDR", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] },
        }),
        'the variable as "1", then as "0"': attestingPod({
            app: { env: [variable, { name: "SGX_AESM_ADDR", value: "0" }] },
        }),
        'the variable as "0" in a helper': attestingPod({
            containers: [helper({ env: [{ name: "SGX_AESM_ADDR", value: "0" }], volumeMounts: [socketMount] })],
        }),
    },
    passes: {
        "the variable": attestingPod(),
        "a variable with a name near it": pod({ app: { env: [{ name: "SGX_AESM_ADDRESS", value: "0" }] } }),
    },
    refusedChanges: {
        "an ephemeral container with another value": debugged(attestingPod(), {
            env: [{ name: "SGX_AESM_ADDR", value: "0" }],
            volumeMounts: [socketMount],
        }),
    },
};
