import { closed, opened, throwIfAny, type Problem } from "../../problems";
import { AESM_VOLUME } from "../aesm/aesm";
import {
    containersOf,
    fieldsIn,
    fieldsOf,
    isAbsent,
    isFields,
    itemsOf,
    listIn,
    removeFrom,
    type Fields,
} from "../pod-spec";
import { ENCLAVE_RESOURCE, EPC_RESOURCE, PROVISION_RESOURCE } from "../resources";
import { checkAttestation, checkOptionsAndMode, chosenContainers, type AttestationPlan } from "./checks";
import { writeKeyRelease } from "./key-release";
import { ATTESTATION_LABEL, AttestationLabelValue, AttestationMode, type WithAttestationOptions } from "./mode";
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
} from "./parts";
import { changeablePodSpecs } from "./places";

/**
 * The same workload, set up to attest in one mode: a pod spec, or any kind that contains one under a key `spec` (Pod,
 * Job, CronJob, Deployment, StatefulSet, Argo's Rollout, Knative's Service, …), as a manifest, as the arguments of a
 * Pulumi resource, or as a transform sees them. Of a workload with several pods (JobSet, RayCluster, a List) those are
 * set up that ask for EPC or have a container that is named. The input is not changed; doing it twice changes nothing
 * more; doing it with the other mode takes out what the first wrote (on a bare pod spec, the toleration tells that
 * there was a first). Outputs may stand for scalars, not for the lists and objects that have to be extended; what a
 * transform marks as a secret stays one.
 *
 * Out-of-process, the containers get `SGX_AESM_ADDR="1"`, AESM's directory read-only, and one `sgx.intel.com/enclave`;
 * the pod gets the host's directory, a toleration, a label, and an init container that waits for AESM. In-process, they
 * get `sgx.intel.com/enclave` and `sgx.intel.com/provision`. A variable that the image itself sets cannot be seen here.
 *
 * With `keyRelease`, the pods get what they need to ask a vault for a key: the ServiceAccount, the label of the
 * identity webhook, and three variables in the containers that run enclaves. A bare pod spec has no labels, and is
 * refused.
 *
 * Throws one ValidationError with every conflict: a variable, mount, volume or container name that is taken, unknown
 * container names, EPC without a unit, the annotation `sgx.intel.com/quote-provider`; and, in whichever container,
 * variables that are no text, AESM's directory of the node (or a parent of it) mounted read-write, devices in another
 * number than 1, the legacy resource, and, out-of-process, every other way to the provisioning device: its resources,
 * `privileged`, the node's devices or container runtime as a hostPath, capabilities that lift the isolation of devices,
 * `hostPID`, annotations by which a runtime hands out devices.
 *
 * @example
 * ```ts
 * import { Deployment } from "@pulumi/kubernetes/apps/v1/index.js";
 * import { withAttestation } from "confidential-aks";
 *
 * const labels = { app: "report" };
 * const containers = [{ name: "app", image: "example.azurecr.io/report:1.0.0" }];
 * const pod = { metadata: { labels }, spec: { containers } };
 * const template = withAttestation(pod, "outOfProcess", { containers: ["app"], epc: "64Mi" });
 * new Deployment("report", { spec: { selector: { matchLabels: labels }, template } });
 * ```
 */
export function withAttestation<T extends object>(
    workload: T,
    mode: AttestationMode,
    options: WithAttestationOptions = {},
): T {
    const { value: result, secrets, paths } = opened(workload);
    const subject = subjectOf(result);
    const { found, problems } = changeablePodSpecs(result, "withAttestation");
    throwIfAny(subject, problems);
    const podSpecs = found.map(({ podSpec }) => podSpec);
    const all = found.map((place) => {
        const { podSpec, template, path } = place;
        const plan: AttestationPlan = { mode, options, podSpec, podSpecs, template, wasInProcess: wasInProcess(place) };
        return { plan, path, chosen: chosenContainers(plan) };
    });
    const concerned = all.filter(({ chosen }) => chosen.length > 0);
    const places = concerned.length > 0 ? concerned : all.slice(0, 1);
    const [first] = places;
    const ofOptions = first === undefined ? [] : checkOptionsAndMode(first.plan);
    const ofPods = places.flatMap(({ plan, path }) => checkAttestation(plan, path));
    throwIfAny(subject, [...ofOptions, ...hidden(ofPods, paths)]);
    for (const { plan, chosen } of places) {
        const containers = chosen.map(({ container }) => container);
        if (mode === AttestationMode.outOfProcess) writeOutOfProcess(plan, containers);
        else writeInProcess(plan, containers);
        if (options.toleration !== false) tolerate(plan.podSpec);
        if (plan.template === undefined) continue;
        label(plan.template, mode);
        const { keyRelease } = options;
        if (keyRelease !== undefined) writeKeyRelease(keyRelease, plan.template, { podSpec: plan.podSpec, containers });
    }
    return closed(result, secrets);
}

/** The same problems, without the values that are parts of secrets. */
function hidden(problems: readonly Problem[], secretPaths: readonly string[]): Problem[] {
    const isIn = (path: string, parent: string) =>
        parent === "" || path === parent || (/^[.[]/.test(path.slice(parent.length)) && path.startsWith(parent));
    return problems.map((problem) =>
        secretPaths.some((parent) => isIn(problem.path, parent)) ? { ...problem, hideValue: true } : problem,
    );
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

/**
 * Limits for EPC and devices; requests too when the container has requests for SGX resources, since the two must be
 * equal.
 */
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

/** Labels the pod. Metadata or labels that are outputs stay as they are. */
function label(template: Fields, mode: AttestationMode): void {
    if (!isAbsent(template.metadata) && !isFields(template.metadata)) return;
    const metadata = fieldsIn(template, "metadata");
    if (!isAbsent(metadata.labels) && !isFields(metadata.labels)) return;
    fieldsIn(metadata, "labels")[ATTESTATION_LABEL] = AttestationLabelValue[mode];
}
