/** A plain object of a manifest. */
export type Fields = Record<string, unknown>;

/** Where the pod spec of a workload is. */
export interface PodSpecLocation {
    /** Path of the pod spec, such as "spec.template.spec"; "" when the workload is a pod spec itself. */
    path: string;
    /** The pod spec: the very object inside the workload. */
    podSpec: Fields;
    /** The object that holds the pod spec and the pod's `metadata`; undefined for a bare pod spec. */
    template?: Fields;
}

/** Pod or arguments of one; Deployment, StatefulSet, DaemonSet, ReplicaSet, Job; CronJob; PodTemplate or a bare spec of the ones before. */
const podSpecPaths = [
    [],
    ["spec"],
    ["spec", "template", "spec"],
    ["spec", "jobTemplate", "spec", "template", "spec"],
    ["template", "spec"],
    ["jobTemplate", "spec", "template", "spec"],
] as const;

/**
 * Finds the pod spec of a workload by its shape (the object that has `containers`), so `kind` may be absent, as in the
 * arguments of Pulumi's resources. Undefined when there is none, or when it is a late value (an Output).
 */
export function findPodSpec(workload: object): PodSpecLocation | undefined {
    for (const path of podSpecPaths) {
        let holder: Fields | undefined;
        let here: unknown = workload;
        for (const key of path) {
            holder = isFields(here) ? here : undefined;
            here = holder?.[key];
        }
        if (isFields(here) && "containers" in here) {
            return { path: path.join("."), podSpec: here, ...(holder === undefined ? {} : { template: holder }) };
        }
    }
    return undefined;
}

/** Whether a value is a plain object: no array, no class instance such as an Output or a promise. */
export function isFields(value: unknown): value is Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}

/** Whether a value is absent; manifests say null for that too. */
export function isAbsent(value: unknown): value is undefined | null {
    return value === undefined || value === null;
}

/** Copies plain objects and arrays all the way down; all else (Outputs, promises, scalars) is shared. */
export function copied<T>(value: T): T;
export function copied(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => copied(item));
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]));
}

/** The plain objects of a list, each with its place in it; late values in the list are left out. */
export function itemsOf(parent: Fields, key: string): { item: Fields; index: number }[] {
    const list = parent[key];
    if (!Array.isArray(list)) return [];
    return list.flatMap((item: unknown, index) => (isFields(item) ? [{ item, index }] : []));
}

/** The plain object under a key, or an empty one that belongs to nobody. */
export function fieldsOf(parent: Fields, key: string): Fields {
    const value = parent[key];
    return isFields(value) ? value : {};
}

/** The list under a key, made when absent. Only for what the checks found to be a list or absent. */
export function listIn(parent: Fields, key: string): unknown[] {
    const value = parent[key];
    if (Array.isArray(value)) return value;
    const made: unknown[] = [];
    parent[key] = made;
    return made;
}

/** The plain object under a key, made when absent. Only for what the checks found to be one or absent. */
export function fieldsIn(parent: Fields, key: string): Fields {
    const value = parent[key];
    if (isFields(value)) return value;
    const made: Fields = {};
    parent[key] = made;
    return made;
}

/** Takes out the list items that match, and the list when nothing is left of it. */
export function removeFrom(parent: Fields, key: string, matches: (item: Fields) => boolean): void {
    const list = parent[key];
    if (!Array.isArray(list)) return;
    const kept = list.filter((item: unknown) => !(isFields(item) && matches(item)));
    if (kept.length === list.length) return;
    if (kept.length > 0) parent[key] = kept;
    else Reflect.deleteProperty(parent, key);
}

/** A container of a pod spec, and where it is. */
export interface ContainerPlace {
    container: Fields;
    /** Path in the pod spec, such as "initContainers[1]". */
    path: string;
}

/** Containers, then init containers; late values are left out. */
export function containersOf(podSpec: Fields): ContainerPlace[] {
    return ["containers", "initContainers"].flatMap((key) =>
        itemsOf(podSpec, key).map(({ item, index }) => ({ container: item, path: `${key}[${index}]` })),
    );
}
