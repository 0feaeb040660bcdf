import { EPC_RESOURCE, LEGACY_EPC_RESOURCE } from "../components/sgx/index.js";
import { isObject, valueAt, type PlanObject, type PlanResource, type PlanValue } from "./format.js";

/** Where the pod spec is, by kind. */
const POD_PATHS: Record<string, string[]> = {
    Pod: ["spec"],
    CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
    ...Object.fromEntries(
        ["DaemonSet", "Deployment", "StatefulSet", "ReplicaSet", "Job"].map((kind) => [
            kind,
            ["spec", "template", "spec"],
        ]),
    ),
};

/** A workload that asks for EPC. */
export interface EpcWorkload {
    resource: PlanResource;
    kind: string;
    /** Kind and name. */
    title: string;
    podSpec: PlanObject;
    /** EPC of a pod; undefined: unknown. */
    bytes: number | undefined;
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

/** The pod spec of a workload, if this is one. */
export function podSpecOf(resource: PlanResource): PlanObject | undefined {
    if (!resource.type.startsWith("kubernetes:")) return undefined;
    const path = POD_PATHS[kindOf(resource)];
    const spec = path === undefined ? undefined : valueAt(resource.inputs, ...path);
    return isObject(spec) ? spec : undefined;
}

/** The workloads of a plan whose pods ask for EPC. */
export function epcWorkloads(resources: readonly PlanResource[]): EpcWorkload[] {
    return resources.flatMap((resource) => {
        const podSpec = podSpecOf(resource);
        if (podSpec === undefined) return [];
        const bytes = podEpc(podSpec);
        if (bytes === 0) return [];
        const kind = kindOf(resource);
        return [{ resource, kind, title: `${kind}/${objectName(resource)}`, podSpec, bytes }];
    });
}

/** EPC of a pod as the scheduler counts it: the sum of its containers, or its largest init container if that is more. */
export function podEpc(podSpec: PlanObject): number | undefined {
    const all = (key: string): (number | undefined)[] => {
        const list = podSpec[key];
        return Array.isArray(list) ? list.map(containerEpc) : [];
    };
    const init = all("initContainers");
    const main = all("containers");
    if ([...init, ...main].includes(undefined)) return undefined;
    return Math.max(
        main.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
        ...init.map((bytes) => bytes ?? 0),
        0,
    );
}

function containerEpc(container: PlanValue): number | undefined {
    for (const list of ["limits", "requests"]) {
        const modern = valueAt(container, "resources", list, EPC_RESOURCE);
        if (modern !== undefined) return quantity(modern);
        const legacy = valueAt(container, "resources", list, LEGACY_EPC_RESOURCE);
        if (legacy !== undefined) {
            const mib = quantity(legacy);
            return mib === undefined ? undefined : mib * 1024 ** 2;
        }
    }
    return 0;
}

const UNITS: Record<string, number> = {
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 1024,
    Mi: 1024 ** 2,
    Gi: 1024 ** 3,
    Ti: 1024 ** 4,
};

/** Bytes of a Kubernetes quantity as the scheduler rounds it; undefined: unknown or no quantity. */
export function quantity(value: PlanValue): number | undefined {
    const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T|)$/.exec(
        typeof value === "number" ? String(value) : typeof value === "string" ? value : "-",
    );
    if (match === null) return undefined;
    return Math.ceil(Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1));
}
