import { findPodSpec, podRequests, type NodeAmounts } from "../components/sgx/index.js";
import {
    isObject,
    isSpecial,
    valueAt,
    type EscapedObject,
    type PlanObject,
    type PlanResource,
    type PlanValue,
} from "./format.js";

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

/** The pod spec of a workload of any kind, custom ones too, found by its shape. A PodTemplate runs nothing, and a patch is a part. */
export function podSpecOf(resource: PlanResource): PlanObject | undefined {
    if (!resource.type.startsWith("kubernetes:") || /^PodTemplate$|Patch$/.test(kindOf(resource))) return undefined;
    return findPodSpec(resource.inputs)?.podSpec as PlanObject | undefined;
}

/** The workloads of a plan, of every kind. */
export function workloadsOf(resources: readonly PlanResource[]): Workload[] {
    return resources.flatMap((resource) => {
        const podSpec = podSpecOf(resource);
        if (podSpec === undefined) return [];
        const kind = kindOf(resource);
        return [{ resource, kind, title: `${kind}/${objectName(resource)}`, podSpec, requests: requestsOf(podSpec) }];
    });
}

/** What a pod takes of a node, as the scheduler counts it. */
export function requestsOf(podSpec: PlanObject): NodeAmounts {
    return podRequests(withoutMarks(podSpec) as object);
}

/** In the place of what a plan does not know: no plain object, so nothing is read out of it. */
class NotKnown {}

function withoutMarks(value: PlanValue): unknown {
    if (isSpecial(value))
        return value.$plan === "object" ? withoutMarks((value as EscapedObject).value) : new NotKnown();
    if (Array.isArray(value)) return value.map(withoutMarks);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMarks(item)]));
}
