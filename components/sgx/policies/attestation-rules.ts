import { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET_DIR, AESM_WAIT_CONTAINER, ATTESTATION_LABEL } from "../aesm";
import { AttestationLabelValue } from "../aesm";
import { ENCLAVE_RESOURCE, EPC_RESOURCE, LEGACY_EPC_RESOURCE, PROVISION_RESOURCE } from "../epc";
import { celText, celTexts } from "./cel";
import { RuleSubject, type GuardOptions, type GuardRule } from "./rule";
import { asksFor, atSocketDir, inSocketDir, isWait, labelOf, variableFine } from "./terms";

/*
 * A pod that attests has one mode, and all that the mode needs. The order counts: of several rules that a pod breaks, the API server
 * shows the first, so what stands in the way comes before what is missing.
 */

const { pod, container, limits, otherMount, change } = RuleSubject;
const { outOfProcess, inProcess } = AttestationLabelValue;
const variable = `${AESM_ENV}="${AESM_ENV_VALUE}"`;

/** Resources of Intel's plug-in that come with the provisioning device; the last two are for DCAP's own infrastructure. */
const provisioning = [PROVISION_RESOURCE, "sgx.intel.com/qe", "sgx.intel.com/registration"];

const hasSocketMount = `(mountsSocket && c.volumeMounts.exists(m, m.name in socket && ${atSocketDir}))`;
const epc = `l[${celText(EPC_RESOURCE)}]`;
const has = (resource: string) => `(${celText(resource)} in l)`;
const isMode = (value: AttestationLabelValue) => `(mode == ${celText(value)})`;
const everyContainer = `(object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : []))`;

export function attestationRules(options: GuardOptions): GuardRule[] {
    return [...conflictRules, ...resourceRules(options), ...modeRules, ...missingRules];
}

const conflictRules: GuardRule[] = [
    {
        id: "label-value",
        about: pod,
        holds: `(mode in ${celTexts(["", outOfProcess, inProcess])})`,
        says: `the pod's label ${ATTESTATION_LABEL} has a value that means nothing: write "${outOfProcess}" or "${inProcess}", or remove it`,
    },
    {
        id: "wait-name",
        about: container,
        holds: `(c.name != ${celText(AESM_WAIT_CONTAINER)} || ${isWait})`,
        says: `has the name of the init container that waits for AESM and is something else; rename it`,
    },
    {
        id: "variable-value",
        about: container,
        holds: `(!hasVariable || c.env.all(e, ${variableFine}))`,
        says: `sets ${AESM_ENV} to something other than the text "${AESM_ENV_VALUE}", though any value, even "0", means out-of-process; write value: "${AESM_ENV_VALUE}", or remove the variable`,
    },
    {
        id: "socket-dir-taken",
        about: otherMount,
        // The first question is the cheap one that nearly every mount answers.
        holds: `(!m.mountPath.contains("/run/aesmd") || !${inSocketDir})`,
        says: `mounts something else at ${AESM_SOCKET_DIR}, where AESM's socket has to be; remove that mount, or use the node's directory (hostPath ${AESM_SOCKET_DIR}, type Directory, readOnly: true)`,
    },
];

function resourceRules({ allowInProcess }: GuardOptions): GuardRule[] {
    const none = provisioning.map((resource) => `!${has(resource)}`).join(" && ");
    const noneButProvision = provisioning
        .slice(1)
        .map((resource) => `!${has(resource)}`)
        .join(" && ");
    const allowed = allowInProcess ? ` || (${isMode(inProcess)} && ${noneButProvision})` : "";
    const remedy = allowInProcess
        ? `remove ${PROVISION_RESOURCE}, or, if it really makes its quotes itself, label the pod ${ATTESTATION_LABEL}: ${inProcess}`
        : `remove ${PROVISION_RESOURCE}, or have allowInProcess set for this namespace`;
    const one = (device: string) => `(!${has(device)} || l[${celText(device)}] == "1")`;
    return [
        {
            id: "legacy-resource",
            about: limits,
            holds: `!${has(LEGACY_EPC_RESOURCE)}`,
            says: `asks for ${LEGACY_EPC_RESOURCE}, the old name; write ${EPC_RESOURCE} in bytes, such as "10Mi" for 10`,
        },
        {
            id: "epc-quantity",
            about: limits,
            holds: `(!${has(EPC_RESOURCE)} || (quantity(${epc}).isInteger() && quantity(${epc}).asInteger() > 0 && quantity(${epc}).asInteger() % 4096 == 0))`,
            says: `asks for an amount of ${EPC_RESOURCE} that is no whole number of 4 KiB pages ("10" is ten bytes); write it with its unit, such as "10Mi"`,
        },
        {
            id: "provision",
            about: limits,
            holds: `((${none})${allowed})`,
            says: `asks for the provisioning device, which out-of-process only the node's AESM holds; ${remedy}`,
        },
        {
            id: "device-count",
            about: limits,
            holds: `${one(ENCLAVE_RESOURCE)} && ${one(PROVISION_RESOURCE)}`,
            says: `asks for an SGX device in another number than one, and a device is there or is not; write "1"`,
        },
    ];
}

const modeRules: GuardRule[] = [
    {
        id: "both-modes",
        about: container,
        holds: `(!${isMode(inProcess)} || (!hasVariable && !mountsSocket))`,
        says: `has ${AESM_ENV} or AESM's directory in a pod labelled ${inProcess}: one mode in one pod; remove both, or label the pod ${outOfProcess}`,
    },
    {
        id: "label-changed",
        about: change,
        holds: `${labelOf("object")} == ${labelOf("oldObject")}`,
        says: `the label ${ATTESTATION_LABEL} of a pod cannot change, since it says what the pod was made for: delete the pod and create it anew`,
    },
];

const missingRules: GuardRule[] = [
    {
        id: "label-without-epc",
        about: pod,
        holds: `(!${isMode(outOfProcess)} || ${everyContainer}.exists(c, ${asksFor(EPC_RESOURCE)}))`,
        says: `the pod is labelled ${outOfProcess} and no container of it asks for EPC: add ${EPC_RESOURCE}, such as "32Mi", to the limits of the one that runs enclaves`,
    },
    {
        id: "not-set-up",
        about: container,
        holds: `(!${isMode(outOfProcess)} || hasVariable || mountsSocket || !${asksFor(EPC_RESOURCE)})`,
        says: `asks for EPC in a pod labelled ${outOfProcess} and has neither ${AESM_ENV} nor AESM's directory, since nothing injects them here; add the variable ${variable} and the node's ${AESM_SOCKET_DIR}, or use withAttestation`,
    },
    {
        id: "variable-without-mount",
        about: container,
        holds: `(!hasVariable || ${hasSocketMount})`,
        says: `has ${AESM_ENV} without AESM's directory; mount the node's ${AESM_SOCKET_DIR} (hostPath, type Directory) there with readOnly: true`,
    },
    {
        id: "mount-without-variable",
        about: container,
        holds: `(!mountsSocket || hasVariable || c.name == ${celText(AESM_WAIT_CONTAINER)})`,
        says: `mounts AESM's directory without the variable ${AESM_ENV}, so it would quote in-process; add ${variable}, or remove the mount`,
    },
    {
        id: "enclave-missing",
        about: limits,
        holds: `(!${has(EPC_RESOURCE)} || ${has(ENCLAVE_RESOURCE)})`,
        says: `asks for ${EPC_RESOURCE} without the device that enclaves run on; add ${ENCLAVE_RESOURCE} to its limits, with the value "1"`,
    },
];
