import { podRequests, podSpecsOf, type NodeAmounts } from "../../components/sgx/index.js";
import { isObject, isSpecial, valueAt, type PlanObject, type PlanResource, type PlanValue } from "../model/format.js";

/** Something of a plan whose pods run on nodes. */
export interface Workload {
    resource: PlanResource;
    kind: string;
    /** Kind and name. */
    title: string;
    podSpec: PlanObject;
    /** What a pod takes of a node; what is absent is not known. */
    requests: NodeAmounts;
}

/** Kind of a Kubernetes object. */
export function kindOf(resource: PlanResource): string {
    return resource.type.split(":")[2] ?? "";
}

/** Name of a Kubernetes object in the cluster, where it is known. */
export function objectName(resource: PlanResource): string {
    const name = valueAt(resource.inputs, "metadata", "name") ?? resource.autoname;
    return typeof name === "string" ? name : resource.name;
}

/** A pod spec of an object; `part` names it where the object has several, as the templates of a Workflow. */
interface PodSpecOf {
    podSpec: PlanObject;
    part?: string;
}

/**
 * The pod specs of an object of any kind, custom ones too, by shape. A PodTemplate runs nothing, and a patch is a part
 * of an object.
 */
function podSpecsIn(resource: PlanResource): PodSpecOf[] {
    if (!resource.type.startsWith("kubernetes:") || /^PodTemplate$|Patch$/.test(kindOf(resource))) return [];
    const found = podSpecsOf(resource.inputs);
    return found.map(({ podSpec, template, path }) => ({
        podSpec: podSpec as PlanObject,
        ...(found.length === 1 ? {} : { part: partName(template) ?? path }),
    }));
}

function partName(template: Record<string, unknown> | undefined): string | undefined {
    const name = template?.["name"] ?? valueAt(template as PlanObject | undefined, "metadata", "name");
    return typeof name === "string" ? name : undefined;
}

/** The first pod spec of a workload. */
export function podSpecOf(resource: PlanResource): PlanObject | undefined {
    return podSpecsIn(resource)[0]?.podSpec;
}

/** The workloads of a plan, of every kind; one entry for each pod spec, without figures where that cannot be seen. */
export function workloadsOf(resources: readonly PlanResource[]): Workload[] {
    return resources.flatMap((resource) => {
        const kind = kindOf(resource);
        const title = `${kind}/${objectName(resource)}`;
        if (hidesPodSpec(resource)) return [{ resource, kind, title, podSpec: {}, requests: {} }];
        return podSpecsIn(resource).map(({ podSpec, part }) => ({
            resource,
            kind,
            title: part === undefined ? title : `${title} ${part}`,
            podSpec,
            requests: requestsOf(podSpec),
        }));
    });
}

const TEMPLATE = ["spec", "template", "spec"];
/** Where the pod spec is in the kinds of Kubernetes itself that run pods. */
const POD_SPEC: Partial<Record<string, string[]>> = {
    Pod: ["spec"],
    CronJob: ["spec", "jobTemplate", ...TEMPLATE],
    ...Object.fromEntries(
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"].map((kind) => [
            kind,
            TEMPLATE,
        ]),
    ),
};

/**
 * True where a secret or an unknown value stands in the place of a pod spec or of what it is in. Of a custom kind only
 * `spec.template.spec` is one.
 */
function hidesPodSpec(resource: PlanResource): boolean {
    if (!resource.type.startsWith("kubernetes:")) return false;
    const known = /^kubernetes:(core|apps|batch)\//.test(resource.type) ? POD_SPEC[kindOf(resource)] : undefined;
    const path = known ?? (/^PodTemplate$|Patch$/.test(kindOf(resource)) ? [] : TEMPLATE);
    return path.some((_key, index) => {
        if (known === undefined && index < 2) return false;
        const value = valueAt(resource.inputs, ...path.slice(0, index + 1));
        return value !== undefined && isSpecial(value) && (value.$plan === "secret" || value.$plan === "unknown");
    });
}

/** What a pod takes of a node, as the scheduler counts it. */
export function requestsOf(podSpec: PlanObject): NodeAmounts {
    return podRequests(withoutMarks(podSpec) as object);
}

/** In the place of what a plan does not know: no plain object, so nothing is read out of it. */
const notKnown = Symbol("not known");

function withoutMarks(value: PlanValue): unknown {
    if (isSpecial(value)) return value.$plan === "object" ? withoutMarks(value.value) : notKnown;
    if (Array.isArray(value)) return value.map(withoutMarks);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMarks(item)]));
}
