import { AESM_ENV, ATTESTATION_LABEL, AttestationLabelValue, podRequests } from "../../components/sgx/index.js";
import { firstMinor } from "../../components/sgx/admission/first-minor.js";
import { isInSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import type { AdmissionBinding, AdmissionPolicy, Meta, PodSpec } from "../model/objects.js";
import type { Place } from "../model/report.js";
import { matchesLabels } from "./placing.js";
import { isLive, placeOf, type View } from "./view.js";

/** Label by which this package's policies and bindings say what they are. */
const componentLabel = "app.kubernetes.io/component";

/** `guard`, `injection`, `epc-hook` or `startup-taint`. */
export function componentOf({ metadata }: { metadata: Meta }): string {
    return metadata.labels?.[componentLabel] ?? "";
}

/** Whether a binding is of a policy: of its kind, and by its name. */
export function isOf({ kind, policyName }: AdmissionBinding, policy: AdmissionPolicy): boolean {
    return kind === `${policy.kind}Binding` && policyName === policy.metadata.name;
}

/** Minor version of Kubernetes 1 in a text such as `v1.36.2`; undefined where there is none. */
export function minorOf(version = ""): number | undefined {
    const minor = /^v?1\.(\d+)/.exec(version)?.[1];
    return minor === undefined ? undefined : Number(minor);
}

/** Whether the API server is too old to set pods up. */
export function cannotInject({ snapshot }: View): boolean {
    return (minorOf(snapshot.kubernetes) ?? firstMinor.mutating) < firstMinor.mutating;
}

/**
 * Whether pods count on the API server to set them up: they carry the label and ask for EPC, and nothing else of what
 * attestation needs is there. What is set up in part is for CA-W22.
 */
export function reliesOnInjection({ labels }: Pick<Meta, "labels">, spec: PodSpec): boolean {
    if (labels?.[ATTESTATION_LABEL] !== AttestationLabelValue.outOfProcess) return false;
    return (podRequests(spec).epc ?? 0) > 0 && !isBegun(spec);
}

function isBegun({ containers, initContainers = [], volumes = [] }: PodSpec): boolean {
    const hasVariable = [...containers, ...initContainers].some(({ env = [] }) =>
        env.some(({ name }) => name === AESM_ENV),
    );
    return hasVariable || volumes.some(({ hostPath }) => isInSocketDir(hostPath?.path));
}

/** A workload, or a pod without an owner, whose pods count on the API server to set them up. */
export interface Relying {
    place: Place;
    namespace: string;
    /** When a pod of it was made that has not been set up: the oldest one; undefined: there is none. */
    oldestBare?: number;
}

/** All of them. */
export function relying(view: View): Relying[] {
    const pods = view.pods.workload.filter((pod) => isLive(pod) && reliesOnInjection(pod.metadata, pod.spec));
    const madeAt = (pod: { metadata: Meta }) => Date.parse(pod.metadata.creationTimestamp ?? "");
    const workloads = view.snapshot.objects.workloads
        .filter(({ template, wanted }) => wanted !== 0 && reliesOnInjection(template.metadata ?? {}, template.spec))
        .map(({ kind, metadata }): Relying => {
            const own = pods.filter(({ metadata: pod }) => isPodOf(pod, metadata)).map(madeAt);
            return { ...of(kind, metadata), ...(own.length === 0 ? {} : { oldestBare: Math.min(...own) }) };
        });
    const alone = pods
        .filter(({ metadata }) => metadata.ownerReferences === undefined || metadata.ownerReferences.length === 0)
        .map((pod): Relying => ({ ...of("Pod", pod.metadata), oldestBare: madeAt(pod) }));
    return [...workloads, ...alone];
}

function of(kind: string, metadata: Meta): Pick<Relying, "place" | "namespace"> {
    return { place: placeOf(kind, metadata), namespace: metadata.namespace ?? "" };
}

/** Whether a pod is of a workload: names of ReplicaSets and Jobs begin with that of their owner. */
function isPodOf({ namespace, ownerReferences = [] }: Meta, workload: Meta): boolean {
    return (
        namespace === workload.namespace &&
        ownerReferences.some(({ name }) => name === workload.name || name.startsWith(`${workload.name}-`))
    );
}

/** A policy that sets pods up, and its binding. */
export interface Injection {
    policy: AdmissionPolicy;
    binding: AdmissionBinding;
}

/** All that are bound. */
export function injections({ snapshot }: View): Injection[] {
    const { policies, policyBindings } = snapshot.objects;
    return policies
        .filter((policy) => policy.kind === "MutatingAdmissionPolicy" && componentOf(policy) === "injection")
        .flatMap((policy) =>
            policyBindings.filter((binding) => isOf(binding, policy)).map((binding) => ({ policy, binding })),
        );
}

/** Whether pods of a namespace are set up by it. */
export function covers({ policy, binding }: Injection, namespace: string, { snapshot }: View): boolean {
    const found = snapshot.objects.namespaces.find(({ metadata }) => metadata.name === namespace);
    const labels = { ...found?.metadata.labels, "kubernetes.io/metadata.name": namespace };
    return [policy, binding].every(({ namespaceSelector }) => matchesLabels(namespaceSelector, labels));
}
