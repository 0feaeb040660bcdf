import {
    AESM_ENV,
    ATTESTATION_LABEL,
    AttestationLabelValue,
    AttestationMode,
    PROVISION_RESOURCE,
} from "../../components/sgx/index.js";
import { isInSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import type { Container, Meta, Pod, PodSpec, PodTemplate, Workload } from "../model/objects.js";
import type { Place } from "../model/report.js";
import { controllerOf, placeOf, type View } from "./view.js";

/** Annotation of Intel's webhook, which sets pods up in a form of its own. */
export const QUOTE_PROVIDER = "sgx.intel.com/quote-provider";

/** Pods that are made from one template, or a pod that stands alone. */
export interface Subject {
    kind: string;
    metadata: Meta;
    template: PodTemplate;
    place: Place;
    /** Those that are there. */
    pods: readonly Pod[];
    /** The Deployment, StatefulSet, Job or CronJob. */
    workload?: Workload;
}

/** Every workload that has to do with SGX, once: a pod is a subject only where what owns it was not read. */
export function subjectsOf(view: View): Subject[] {
    const listed = listedOf(view);
    const cronJobs = cronJobsOf(listed);
    const groups = new Map<string, Pod[]>();
    for (const pod of view.pods.workload) {
        const key = keyOf(ownerOf(pod));
        const group = cronJobs.get(key) ?? key;
        const pods = groups.get(group);
        if (pods === undefined) groups.set(group, [pod]);
        else pods.push(pod);
    }
    const subjects = listed
        .filter((each) => !cronJobs.has(keyOf(each)))
        .map((each) => ({
            ...each,
            place: placeOf(each.kind, each.metadata),
            pods: groups.get(keyOf(each)) ?? [],
        }));
    const known = new Set(subjects.map(({ kind, metadata }) => keyOf({ kind, ...metadata })));
    return [...subjects, ...[...groups].flatMap(([key, pods]) => (known.has(key) ? [] : ofPods(pods)))];
}

/** The workloads that were read. */
function listedOf({ snapshot, daemonSets }: View): (Named & Omit<Subject, "place" | "pods">)[] {
    return [
        ...snapshot.objects.workloads.map((workload) => {
            const { kind, metadata, template } = workload;
            return { kind, metadata, template, workload };
        }),
        ...daemonSets.workload.map(({ metadata, spec: { template } }) => ({ kind: "DaemonSet", metadata, template })),
    ].map((each) => ({ ...each, ...named(each.metadata) }));
}

/** The CronJob of each Job that one has made, where it was read as well. */
function cronJobsOf(listed: ReturnType<typeof listedOf>): ReadonlyMap<string, string> {
    const keys = new Set(listed.map(keyOf));
    return new Map(
        listed.flatMap((job) => {
            const owner = controllerOf(job.metadata);
            if (owner?.kind !== "CronJob") return [];
            const key = keyOf({ kind: "CronJob", name: owner.name, namespace: job.namespace });
            return keys.has(key) ? [[keyOf(job), key] as const] : [];
        }),
    );
}

/** Pods whose owner was not read. */
function ofPods(pods: readonly Pod[]): Subject[] {
    const [first] = pods;
    if (first === undefined) return [];
    const { kind, ...owner } = ownerOf(first);
    const metadata = kind === "Pod" ? first.metadata : { ...first.metadata, name: owner.name };
    const template = { metadata: first.metadata, spec: first.spec };
    return [{ kind, metadata, template, place: placeOf(kind, owner), pods }];
}

/** What an object is known by. */
interface Named {
    kind: string;
    name: string;
    namespace: string;
}

function keyOf({ kind, name, namespace = "" }: { kind: string; name: string; namespace?: string }): string {
    return `${kind}/${namespace}/${name}`;
}

function named({ name, namespace = "" }: Meta) {
    return { name, namespace };
}

/** What a pod is of; a Deployment instead of its ReplicaSet, whose name is the Deployment's and a hash. */
export function ownerOf({ metadata }: Pick<Pod, "metadata">): Named {
    const namespace = metadata.namespace ?? "";
    const controller = controllerOf(metadata);
    if (controller === undefined) return { kind: "Pod", name: metadata.name, namespace };
    const { kind, name } = controller;
    const hash = metadata.labels?.["pod-template-hash"];
    if (kind === "ReplicaSet" && hash !== undefined && name.endsWith(`-${hash}`))
        return { kind: "Deployment", name: name.slice(0, -hash.length - 1), namespace };
    return { kind, name, namespace };
}

/** How a pod means to attest: its label says so, or else what it has. Undefined: it only runs enclaves. */
export function modeOf({ metadata, spec }: PodTemplate): AttestationMode | undefined {
    const label = labelOf({ metadata });
    if (label === AttestationLabelValue.outOfProcess) return AttestationMode.outOfProcess;
    if (label === AttestationLabelValue.inProcess) return AttestationMode.inProcess;
    const containers = containersOf(spec);
    if (containers.some((one) => hasVariable(one) || mountsSocketDir(one))) return AttestationMode.outOfProcess;
    return containers.some((one) => asksFor(one, PROVISION_RESOURCE)) ? AttestationMode.inProcess : undefined;
}

/** The label of this package that says how a pod attests. */
export function labelOf({ metadata }: Pick<PodTemplate, "metadata">): string | undefined {
    return metadata?.labels?.[ATTESTATION_LABEL];
}

/** Init containers, then containers. */
export function containersOf({ initContainers = [], containers }: PodSpec): readonly Container[] {
    return [...initContainers, ...containers];
}

/** Whether a container has the variable that makes Open Enclave quote out-of-process. */
export function hasVariable({ env = [] }: Container): boolean {
    return env.some(({ name }) => name === AESM_ENV);
}

/** Whether a container has something at AESM's directory. */
export function mountsSocketDir({ volumeMounts = [] }: Container): boolean {
    return volumeMounts.some(({ mountPath }) => isInSocketDir(mountPath));
}

/** Whether a container asks for a resource. */
export function asksFor({ resources }: Container, resource: string): boolean {
    return resources?.limits?.[resource] !== undefined || resources?.requests?.[resource] !== undefined;
}
