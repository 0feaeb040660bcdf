import { attestingPod, enclave, epc, inProcess, labelledPod, outOfProcess, pod } from "../pods";
import { provision, socketMount, socketVolume, variable } from "../pods";
import { by, type Bypass } from "./bypass";

const asking = (limits: Record<string, string>) => pod({ app: { resources: { limits } } });
const helper = (more: object) => ({ name: "helper", image: "example.org/helper:1", ...more });
const withVariable = (env: object) => attestingPod({ app: { env: [env] } });

/** Pods that attest in no mode, in both, or by halves. */
export const badAttestation: Bypass[] = [
    ...by("provision", {
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
    }),
    ...by("both-modes", {
        "the variable in an in-process pod": attestingPod({ labels: inProcess }),
        "AESM's directory in an in-process pod": pod({
            labels: inProcess,
            containers: [helper({ volumeMounts: [socketMount] })],
            volumes: [socketVolume],
        }),
        "the variable in a helper of an in-process pod": pod({
            labels: inProcess,
            containers: [helper({ env: [variable] })],
        }),
    }),
    ...by("legacy-resource", {
        "the old resource": asking({ "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" }),
        "the old resource in a labelled pod": labelledPod({
            app: { resources: { limits: { ...epc, "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" } } },
        }),
        "the old resource in an init container": pod({
            initContainers: [helper({ resources: { limits: { "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" } } })],
        }),
    }),
    ...by("epc-quantity", {
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
    }),
    ...by(/must be an integer/, { "EPC of thousandths": asking({ ...enclave, "sgx.intel.com/epc": "10m" }) }),
    ...by("device-count", {
        "two enclave devices": asking({ ...epc, "sgx.intel.com/enclave": "2" }),
        "no enclave device": asking({ ...epc, "sgx.intel.com/enclave": "0" }),
        "two enclave devices in a labelled pod": labelledPod({
            app: { resources: { limits: { ...epc, "sgx.intel.com/enclave": "2" } } },
        }),
    }),
    ...by("enclave-missing", {
        "EPC without the device": asking(epc),
        "EPC without the device, though all else is there": attestingPod({ app: { resources: { limits: epc } } }),
        "EPC without the device in an init container": pod({
            initContainers: [helper({ resources: { limits: epc } })],
        }),
    }),
    ...by("variable-value", {
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
    }),
    ...by("variable-without-mount", {
        "the variable without AESM's directory": pod({ app: { env: [variable] } }),
        "the variable, and the volume that nobody mounts": attestingPod({ app: { volumeMounts: [] } }),
        "the variable in a helper without the directory": attestingPod({ containers: [helper({ env: [variable] })] }),
        "the variable in an init container without the directory": attestingPod({
            initContainers: [helper({ env: [variable] })],
        }),
    }),
    ...by("mount-without-variable", {
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
    }),
    ...by("wait-name", {
        "another container under the name of the wait": attestingPod({
            containers: [helper({ name: "wait-for-aesm" })],
        }),
        "an init container under the name of the wait": attestingPod({
            initContainers: [helper({ name: "wait-for-aesm", command: ["sh", "-c", "true"] })],
        }),
        "a labelled pod with an init container under that name": labelledPod({
            initContainers: [helper({ name: "wait-for-aesm", volumeMounts: [] })],
        }),
        "the wait without AESM's directory": attestingPod({
            initContainers: [helper({ name: "wait-for-aesm", command: ["perl", "-e", "1"] })],
        }),
    }),
    ...by("label-value", {
        "the label in camel case": attestingPod({ labels: { "confidential-aks/attestation": "outOfProcess" } }),
        "the label with another value": pod({ labels: { "confidential-aks/attestation": "true" } }),
        "the label in capitals": attestingPod({ labels: { "confidential-aks/attestation": "Out-Of-Process" } }),
    }),
    ...by("label-without-epc", {
        "the label and no EPC": pod({ labels: outOfProcess }),
        "the label and the device alone": pod({ labels: outOfProcess, app: { resources: { limits: enclave } } }),
    }),
];
