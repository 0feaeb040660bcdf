import { isPlainObject, isWireValue } from "../problems";

/** A plain object of a manifest. */
export type Fields = Record<string, unknown>;

/** Where the pod spec of a workload is. */
interface PodSpecLocation {
    /** Path of the pod spec, such as "spec.template.spec"; "" when the workload is a pod spec itself. */
    path: string;
    /** The pod spec: the very object inside the workload. */
    podSpec: Fields;
    /** The object that holds the pod spec and the pod's `metadata`; undefined for a bare pod spec. */
    template?: Fields;
}

/** A pod spec in an object, as {@link podSpecsOf} finds it. */
export interface FoundPodSpec extends PodSpecLocation {
    /**
     * True where the object keeps its containers in another form (a template of Argo's Workflow), so that `podSpec` is
     * a view for reading: its containers are those of the object, its lists are not.
     */
    assembled: boolean;
}

/**
 * All pod specs in an object, by shape and not by kind: an object with `containers` that is the object itself or stands
 * under the key `spec` at any depth (Deployment, CronJob, Argo's Rollout, Knative's Service, JobSet, PyTorchJob, the
 * items of a List), and the templates of Argo's Workflow, which name one `container`, a `script` or a `containerSet`.
 * An Output in the place of a pod spec hides it.
 */
export function podSpecsOf(object: object): FoundPodSpec[] {
    if (!isFields(object)) return [];
    if ("containers" in object) return [{ path: "", podSpec: object, assembled: false }];
    return podSpecsBelow(object, "");
}

function podSpecsBelow(object: Fields, path: string): FoundPodSpec[] {
    return Object.entries(object).flatMap(([key, value]) => {
        const here = path === "" ? key : `${path}.${key}`;
        if (key === "metadata" || key === "status") return [];
        if (Array.isArray(value)) {
            return value.flatMap((item: unknown, index) => {
                if (!isFields(item)) return [];
                const place = `${here}[${index}]`;
                const assembled = key === "templates" ? workflowPod(item) : undefined;
                if (assembled === undefined) return podSpecsBelow(item, place);
                return [{ path: place, podSpec: assembled, template: item, assembled: true }];
            });
        }
        if (!isFields(value)) return [];
        if (key !== "spec" || !("containers" in value)) return podSpecsBelow(value, here);
        return [{ path: here, podSpec: value, template: object, assembled: false }];
    });
}

/**
 * The pod that Argo makes of a template of a Workflow, or undefined for one that makes none, such as `steps`
 * (https://argo-workflows.readthedocs.io/en/latest/fields/#template).
 */
function workflowPod(template: Fields): Fields | undefined {
    const { container, script, containerSet, ...rest } = template;
    const set = isFields(containerSet) ? listOf(containerSet, "containers") : [];
    const containers = [...[container, script].filter(isFields), ...set];
    return containers.length === 0 ? undefined : { ...rest, containers: [...containers, ...listOf(rest, "sidecars")] };
}

/** Whether a value is a plain object of a manifest: no list, no Output or promise, no secret as a transform sees it. */
export function isFields(value: unknown): value is Fields {
    return isPlainObject(value) && !isWireValue(value);
}

/** Whether a value is absent; manifests say null for that too. */
export function isAbsent(value: unknown): value is undefined | null {
    return value === undefined || value === null;
}

/** The plain objects of a list, each with its index; outputs in the list are left out. */
export function itemsOf(parent: Fields, key: string): { item: Fields; index: number }[] {
    const list = parent[key];
    if (!Array.isArray(list)) return [];
    return list.flatMap((item: unknown, index) => (isFields(item) ? [{ item, index }] : []));
}

/** The list under a key, or a new empty list, which is not part of the object. */
function listOf(parent: Fields, key: string): unknown[] {
    const value = parent[key];
    return Array.isArray(value) ? value : [];
}

/** The plain object under a key, or a new empty object, which is not part of the parent. */
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
    list.splice(0, list.length, ...(kept as unknown[]));
    if (kept.length === 0) Reflect.deleteProperty(parent, key);
}

/** A container of a pod spec, and where it is. */
export interface ContainerPlace {
    container: Fields;
    /** Path in the pod spec, such as "initContainers[1]". */
    path: string;
}

/** Containers, then init containers; outputs are left out. */
export function containersOf(podSpec: Fields): ContainerPlace[] {
    return ["containers", "initContainers"].flatMap((key) =>
        itemsOf(podSpec, key).map(({ item, index }) => ({ container: item, path: `${key}[${index}]` })),
    );
}
