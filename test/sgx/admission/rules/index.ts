import type { Fixtures } from "../fixtures";
import { fixtures as appArmor } from "./app-armor";
import { fixtures as appArmorAnnotation } from "./app-armor-annotation";
import { fixtures as bothModes } from "./both-modes";
import { fixtures as capabilities } from "./capabilities";
import { fixtures as csiDriver } from "./csi-driver";
import { fixtures as deviceAnnotations } from "./device-annotations";
import { fixtures as deviceClass } from "./device-class";
import { fixtures as deviceCount } from "./device-count";
import { fixtures as enclaveMissing } from "./enclave-missing";
import { fixtures as epcMissing } from "./epc-missing";
import { fixtures as epcQuantity } from "./epc-quantity";
import { fixtures as hostNamespaces } from "./host-namespaces";
import { fixtures as hostPath } from "./host-path";
import { fixtures as hostPathType } from "./host-path-type";
import { fixtures as hostPorts } from "./host-ports";
import { fixtures as hostProbes } from "./host-probes";
import { fixtures as hostProcess } from "./host-process";
import { fixtures as labelChanged } from "./label-changed";
import { fixtures as labelValue } from "./label-value";
import { fixtures as labelWithoutEpc } from "./label-without-epc";
import { fixtures as legacyResource } from "./legacy-resource";
import { fixtures as mountWithoutVariable } from "./mount-without-variable";
import { fixtures as notSetUp } from "./not-set-up";
import { fixtures as privileged } from "./privileged";
import { fixtures as procMount } from "./proc-mount";
import { fixtures as provision } from "./provision";
import { fixtures as seccomp } from "./seccomp";
import { fixtures as seccompAnnotation } from "./seccomp-annotation";
import { fixtures as selinux } from "./selinux";
import { fixtures as socketDirTaken } from "./socket-dir-taken";
import { fixtures as socketMountPath } from "./socket-mount-path";
import { fixtures as socketPropagation } from "./socket-propagation";
import { fixtures as socketReadOnly } from "./socket-read-only";
import { fixtures as socketSubPath } from "./socket-sub-path";
import { fixtures as sysctls } from "./sysctls";
import { fixtures as terminationMessage } from "./termination-message";
import { fixtures as variableValue } from "./variable-value";
import { fixtures as variableWithoutMount } from "./variable-without-mount";
import { fixtures as volumeDevices } from "./volume-devices";
import { fixtures as volumeKind } from "./volume-kind";
import { fixtures as volumeName } from "./volume-name";
import { fixtures as waitName } from "./wait-name";

/** What each rule is tried with, by its id. */
export const fixturesOf: Record<string, Fixtures> = {
    "app-armor": appArmor,
    "app-armor-annotation": appArmorAnnotation,
    "both-modes": bothModes,
    capabilities,
    "csi-driver": csiDriver,
    "device-annotations": deviceAnnotations,
    "device-class": deviceClass,
    "device-count": deviceCount,
    "enclave-missing": enclaveMissing,
    "epc-missing": epcMissing,
    "epc-quantity": epcQuantity,
    "host-namespaces": hostNamespaces,
    "host-path": hostPath,
    "host-path-type": hostPathType,
    "host-ports": hostPorts,
    "host-probes": hostProbes,
    "host-process": hostProcess,
    "label-changed": labelChanged,
    "label-value": labelValue,
    "label-without-epc": labelWithoutEpc,
    "legacy-resource": legacyResource,
    "mount-without-variable": mountWithoutVariable,
    "not-set-up": notSetUp,
    privileged,
    "proc-mount": procMount,
    provision,
    seccomp,
    "seccomp-annotation": seccompAnnotation,
    selinux,
    "socket-dir-taken": socketDirTaken,
    "socket-mount-path": socketMountPath,
    "socket-propagation": socketPropagation,
    "socket-read-only": socketReadOnly,
    "socket-sub-path": socketSubPath,
    sysctls,
    "termination-message": terminationMessage,
    "variable-value": variableValue,
    "variable-without-mount": variableWithoutMount,
    "volume-devices": volumeDevices,
    "volume-kind": volumeKind,
    "volume-name": volumeName,
    "wait-name": waitName,
};
