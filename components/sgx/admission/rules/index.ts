import type { GuardOptions, GuardRule } from "../rule";
import { appArmor } from "./app-armor";
import { appArmorAnnotation } from "./app-armor-annotation";
import { bothModes } from "./both-modes";
import { capabilities } from "./capabilities";
import { csiDriver } from "./csi-driver";
import { deviceAnnotations } from "./device-annotations";
import { deviceClass } from "./device-class";
import { deviceCount } from "./device-count";
import { enclaveMissing } from "./enclave-missing";
import { epcMissing } from "./epc-missing";
import { epcQuantity } from "./epc-quantity";
import { hostNamespaces } from "./host-namespaces";
import { hostPath } from "./host-path";
import { hostPathType } from "./host-path-type";
import { hostPorts } from "./host-ports";
import { hostProbes } from "./host-probes";
import { hostProcess } from "./host-process";
import { labelChanged } from "./label-changed";
import { labelValue } from "./label-value";
import { labelWithoutEpc } from "./label-without-epc";
import { legacyResource } from "./legacy-resource";
import { mountWithoutVariable } from "./mount-without-variable";
import { notSetUp } from "./not-set-up";
import { privileged } from "./privileged";
import { procMount } from "./proc-mount";
import { provision } from "./provision";
import { seccomp } from "./seccomp";
import { seccompAnnotation } from "./seccomp-annotation";
import { selinux } from "./selinux";
import { socketDirTaken } from "./socket-dir-taken";
import { socketMountPath } from "./socket-mount-path";
import { socketPropagation } from "./socket-propagation";
import { socketReadOnly } from "./socket-read-only";
import { socketSubPath } from "./socket-sub-path";
import { sysctls } from "./sysctls";
import { terminationMessage } from "./termination-message";
import { variableValue } from "./variable-value";
import { variableWithoutMount } from "./variable-without-mount";
import { volumeDevices } from "./volume-devices";
import { volumeKind } from "./volume-kind";
import { volumeName } from "./volume-name";
import { waitName } from "./wait-name";

/**
 * All rules but the one on size, in their order: of several rules that a pod breaks, the API server shows the first.
 * The rules on what a pod may use of its node come first, then those on what prevents attestation, then those on what
 * is missing.
 */
export function guardRules(options: GuardOptions): GuardRule[] {
    return [...hostRules(options), ...attestationRules(options)];
}

/**
 * What a pod may use of its node: AESM's directory, read-only. hostPath needs namespaces of Pod Security's level
 * "privileged", so these rules forbid all that its level "baseline" does
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards), and more.
 */
function hostRules(options: GuardOptions): GuardRule[] {
    return [
        ...[hostPath, hostPathType, volumeName, volumeKind, csiDriver(options)],
        ...[socketReadOnly, socketSubPath, socketMountPath, socketPropagation],
        ...[
            privileged,
            capabilities,
            procMount,
            volumeDevices,
            hostPorts,
            hostProbes,
            hostProcess,
            hostNamespaces,
            seccomp,
            appArmor,
            selinux,
            sysctls,
        ],
        ...[deviceAnnotations, appArmorAnnotation, seccompAnnotation],
    ];
}

/** A pod that attests has one mode, and everything that the mode needs. */
function attestationRules(options: GuardOptions): GuardRule[] {
    return [
        ...[labelValue, waitName, variableValue, socketDirTaken, terminationMessage],
        ...[legacyResource, epcQuantity, provision(options), deviceClass, deviceCount],
        ...[bothModes, labelChanged],
        ...[labelWithoutEpc, notSetUp, variableWithoutMount, mountWithoutVariable, enclaveMissing, epcMissing],
    ];
}
