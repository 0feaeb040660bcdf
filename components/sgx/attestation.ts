import { AESM_VOLUME, ATTESTATION_LABEL, AttestationLabelValue } from "./aesm";
import { checkAttestation, chosenContainers, type AttestationPlan } from "./attestation-checks";
import { AttestationMode, type WithAttestationOptions } from "./attestation-mode";
import {
    defaultWaitSeconds,
    isOurEnv,
    isOurMount,
    isOurToleration,
    isOurVolume,
    isOurWait,
    parts,
    toleratesTaint,
    waitContainer,
} from "./attestation-parts";
import { ENCLAVE_RESOURCE, EPC_RESOURCE, PROVISION_RESOURCE } from "./epc";
import { copied, containersOf, fieldsIn, fieldsOf, findPodSpec, isAbsent, isFields, itemsOf } from "./pod-spec";
import { listIn, removeFrom, type Fields } from "./pod-spec";
import { prefixed, throwIfAny, ValidationError } from "./problems";

/**
 * The same workload, set up to attest in one mode: a pod spec, a Pod, Job, CronJob, Deployment, StatefulSet, DaemonSet or ReplicaSet, as
 * a manifest or as the arguments of a Pulumi resource. The input is not changed; doing it twice changes nothing more; doing it with
 * the other mode takes out what the first wrote (on a bare pod spec, the toleration tells that there was a first). Late values (Outputs) may stand for scalars, not for the lists and objects
 * that have to be extended.
 *
 * Out-of-process, the containers get `SGX_AESM_ADDR="1"`, AESM's directory read-only, and one `sgx.intel.com/enclave`; the
 * pod gets the host's directory, a toleration, a label, and an init container that waits for AESM. In-process, they get
 * `sgx.intel.com/enclave` and `sgx.intel.com/provision`. A variable that the image itself sets cannot be seen here.
 *
 * Throws one ValidationError with every conflict: a variable, mount, volume or container name that is taken, unknown container
 * names, EPC without a unit; and, in whichever container, variables that are no text, AESM's directory of the node (or a parent of
 * it) mounted read-write, devices in another number than 1, the legacy resource, provisioning asked for out-of-process.
 */
export function withAttestation<T extends object>(
    workload: T,
    mode: AttestationMode,
    options: WithAttestationOptions = {},
): T {
    const result = copied(workload);
    const found = findPodSpec(result);
    if (found === undefined) {
        throw new ValidationError(subjectOf(workload), [
            {
                path: "containers",
                value: undefined,
                expected: "a pod spec, or a workload that contains one, known now",
                remedy: "pass the whole manifest or resource arguments; when it is an Output, call withAttestation inside apply",
            },
        ]);
    }
    const plan: AttestationPlan = { mode, options, podSpec: found.podSpec, wasInProcess: wasInProcess(found) };
    const { ofOptions, ofPodSpec } = checkAttestation(plan);
    throwIfAny(subjectOf(workload), [...ofOptions, ...prefixed(found.path, ofPodSpec)]);
    const chosen = chosenContainers(plan).map(({ container }) => container);
    if (mode === AttestationMode.outOfProcess) writeOutOfProcess(plan, chosen);
    else writeInProcess(plan, chosen);
    if (options.toleration !== false) tolerate(found.podSpec);
    if (found.template !== undefined) label(found.template, mode);
    return result;
}

/** Kind and name where the manifest has them: `Deployment "web"`. */
function subjectOf(workload: object): string {
    if (!isFields(workload)) return "the workload";
    const kind = typeof workload.kind === "string" ? workload.kind : "the workload";
    const { name } = fieldsOf(workload, "metadata");
    return typeof name === "string" ? `${kind} ${JSON.stringify(name)}` : kind;
}

/** Whether an earlier call set the pod up in-process: the label says so, or, on a bare pod spec, what else it wrote. */
function wasInProcess({ podSpec, template }: { podSpec: Fields; template?: Fields }): boolean {
    if (template !== undefined) {
        const labels = fieldsOf(fieldsOf(template, "metadata"), "labels");
        return labels[ATTESTATION_LABEL] === AttestationLabelValue.inProcess;
    }
    return itemsOf(podSpec, "tolerations").some(({ item }) => isOurToleration(item));
}

function writeOutOfProcess({ podSpec, options }: AttestationPlan, chosen: Fields[]): void {
    const [first] = chosen;
    for (const container of chosen) {
        removeProvision(container);
        setResources(container, options.epc, [ENCLAVE_RESOURCE]);
        if (!itemsOf(container, "env").some(({ item }) => isOurEnv(item))) listIn(container, "env").push(parts.env());
        if (!itemsOf(container, "volumeMounts").some(({ item }) => isOurMount(item))) {
            listIn(container, "volumeMounts").push(parts.mount());
        }
    }
    if (!itemsOf(podSpec, "volumes").some(({ item }) => isOurVolume(item)))
        listIn(podSpec, "volumes").push(parts.volume());
    removeFrom(podSpec, "initContainers", isOurWait);
    if (options.wait === false || first === undefined) return;
    const own = options.waitImage !== undefined;
    const image = own ? options.waitImage : first.image;
    const wait = waitContainer(
        image,
        own ? undefined : first.imagePullPolicy,
        options.waitDeadlineSeconds ?? defaultWaitSeconds,
    );
    listIn(podSpec, "initContainers").unshift(wait);
}

function writeInProcess({ podSpec, options }: AttestationPlan, chosen: Fields[]): void {
    for (const container of chosen) {
        setResources(container, options.epc, [ENCLAVE_RESOURCE, PROVISION_RESOURCE]);
        removeFrom(container, "env", isOurEnv);
        removeFrom(container, "volumeMounts", isOurMount);
    }
    removeFrom(podSpec, "initContainers", isOurWait);
    const mounted = containersOf(podSpec).some(({ container }) =>
        itemsOf(container, "volumeMounts").some(({ item }) => item.name === AESM_VOLUME),
    );
    if (!mounted) removeFrom(podSpec, "volumes", isOurVolume);
}

/** Limits for EPC and devices; requests too when the container has requests for SGX resources, since the two must be equal. */
function setResources(container: Fields, epc: string | undefined, devices: string[]): void {
    const resources = fieldsIn(container, "resources");
    const limits = fieldsIn(resources, "limits");
    const requests = fieldsOf(resources, "requests");
    if (isAbsent(limits[EPC_RESOURCE])) limits[EPC_RESOURCE] = requests[EPC_RESOURCE] ?? epc;
    for (const device of devices) if (isAbsent(limits[device])) limits[device] = requests[device] ?? "1";
    if (!Object.keys(requests).some((key) => key.startsWith("sgx.intel.com/"))) return;
    for (const key of [EPC_RESOURCE, ...devices]) if (isAbsent(requests[key])) requests[key] = limits[key];
}

function removeProvision(container: Fields): void {
    const resources = fieldsOf(container, "resources");
    for (const key of ["limits", "requests"]) Reflect.deleteProperty(fieldsOf(resources, key), PROVISION_RESOURCE);
}

function tolerate(podSpec: Fields): void {
    if (!itemsOf(podSpec, "tolerations").some(({ item }) => toleratesTaint(item))) {
        listIn(podSpec, "tolerations").push(parts.toleration());
    }
}

/** Labels the pod. Metadata or labels that are late values stay as they are. */
function label(template: Fields, mode: AttestationMode): void {
    if (!isAbsent(template.metadata) && !isFields(template.metadata)) return;
    const metadata = fieldsIn(template, "metadata");
    if (!isAbsent(metadata.labels) && !isFields(metadata.labels)) return;
    fieldsIn(metadata, "labels")[ATTESTATION_LABEL] = AttestationLabelValue[mode];
}
