import {
    AttestationLabelValue,
    ENCLAVE_RESOURCE,
    EPC_RESOURCE,
    PROVISION_RESOURCE,
} from "../../components/sgx/index.js";
import type { GuardRule } from "../../components/sgx/admission/rule.js";
import { enclaveMissing } from "../../components/sgx/admission/rules/enclave-missing.js";
import { epcMissing } from "../../components/sgx/admission/rules/epc-missing.js";
import { mountWithoutVariable } from "../../components/sgx/admission/rules/mount-without-variable.js";
import { notSetUp } from "../../components/sgx/admission/rules/not-set-up.js";
import { socketDirTaken } from "../../components/sgx/admission/rules/socket-dir-taken.js";
import { variableWithoutMount } from "../../components/sgx/admission/rules/variable-without-mount.js";
import { AESM_WAIT_CONTAINER } from "../../components/sgx/aesm/aesm.js";
import { isInSocketDir, mountReachesSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import type { Container, PodTemplate } from "../model/objects.js";
import type { Severity } from "../model/report.js";
import { asksFor, containersOf, hasVariable, labelOf, mountsSocketDir } from "./attesting.js";

/** A rule of the guard that a container breaks. */
export interface Broken {
    rule: GuardRule;
    container: string;
    severity: Severity;
}

/** Whether something adds what is missing, so that it is not missed here. */
export interface Completed {
    attestation: boolean;
    devices: boolean;
    /** The nodes may give a container with EPC the enclave device by themselves. */
    mayGiveEnclave: boolean;
}

/**
 * What is missing in the containers of a pod. The guard has the same rules as CEL (components/sgx/admission/rules);
 * here they are asked of any pod, labelled or not.
 */
export function missingIn(template: PodTemplate, completed: Completed): Broken[] {
    const isLabelled = labelOf(template) === AttestationLabelValue.outOfProcess;
    const foreign = foreignSockets(template);
    const containers = containersOf(template.spec).filter(({ name }) => name !== AESM_WAIT_CONTAINER);
    return containers.flatMap((container) => {
        const rules: Rules = [
            ...(container.volumeMounts ?? []).flatMap(({ name, mountPath }) =>
                foreign.has(name) && isInSocketDir(mountPath) ? [[socketDirTaken, "problem"] as const] : [],
            ),
            ...(completed.attestation ? [] : ofAttestation(container, isLabelled)),
            ...(completed.devices ? [] : ofDevices(container, isLabelled, completed.mayGiveEnclave)),
        ];
        return rules.map(([rule, severity]) => ({ rule, container: container.name, severity }));
    });
}

/** Container of this package's sample that has no AESM on purpose (components/sample). */
const negativeControl = { container: "negative-control", volume: "no-aesm" };

/** Volumes that are not the node's AESM directory; none in a pod that brings an AESM of its own. */
function foreignSockets({ spec }: PodTemplate): ReadonlySet<string> {
    if (containersOf(spec).some((one) => asksFor(one, PROVISION_RESOURCE))) return new Set();
    const ofNode = (path: string | undefined) => path !== undefined && mountReachesSocketDir(path, undefined);
    const onPurpose = spec.initContainers?.some(({ name }) => name === negativeControl.container) === true;
    return new Set(
        (spec.volumes ?? []).flatMap(({ name, hostPath }) =>
            ofNode(hostPath?.path) || (onPurpose && name === negativeControl.volume) ? [] : [name],
        ),
    );
}

type Rules = (readonly [GuardRule, Severity])[];

function ofAttestation(container: Container, isLabelled: boolean): Rules {
    const [variable, mount] = [hasVariable(container), mountsSocketDir(container)];
    const enclaves = asksFor(container, EPC_RESOURCE) || asksFor(container, ENCLAVE_RESOURCE);
    if (variable && !mount) return [[variableWithoutMount, "problem"]];
    // Gramine uses the socket without the variable: only the label says that the pod wants the variable.
    if (mount && !variable && enclaves && isLabelled) return [[mountWithoutVariable, "problem"]];
    if (!variable && !mount && isLabelled && asksFor(container, EPC_RESOURCE)) return [[notSetUp, "problem"]];
    return [];
}

function ofDevices(container: Container, isLabelled: boolean, mayGiveEnclave: boolean): Rules {
    const [epc, enclave] = [asksFor(container, EPC_RESOURCE), asksFor(container, ENCLAVE_RESOURCE)];
    if (epc && !enclave) return [[enclaveMissing, isLabelled || !mayGiveEnclave ? "problem" : "warning"]];
    return enclave && !epc ? [[epcMissing, isLabelled ? "problem" : "warning"]] : [];
}
