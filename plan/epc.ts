import { epcBudget, findVmSize, type VmSize } from "../components/sgx/index.js";
import {
    isObject,
    valueAt,
    type EpcPool,
    type EpcUse,
    type PlanObject,
    type PlanResource,
    type PlanValue,
} from "./format.js";
import { epcWorkloads, type EpcWorkload } from "./pods.js";

/** Pool of enclave nodes, inline in a cluster or a resource of its own. */
interface Pool {
    name: string;
    urn: string;
    body: PlanObject;
    size: VmSize;
}

/** The EPC table: for every pool of an SGX size, what DaemonSets take of a node and how many pods of each workload fit in the rest. */
export function epcTable(resources: readonly PlanResource[]): EpcPool[] {
    const workloads = epcWorkloads(resources);
    return enclavePools(resources).map((pool) => {
        const here = workloads.filter((workload) => canRunOn(workload.podSpec, labelsOf(pool)));
        const daemons = here.filter((workload) => workload.kind === "DaemonSet");
        const jobs = here.filter((workload) => workload.kind !== "DaemonSet");
        const budget = epcBudget({ vmSize: pool.size, reserves: shares(daemons), workloads: shares(jobs) });
        const nodes = nodeCount(pool.body);
        return {
            pool: pool.name,
            urn: pool.urn,
            vmSize: pool.size.name,
            ...(nodes === undefined ? {} : { nodes }),
            nodeBytes: budget.nodeBytes,
            reserved: daemons.map(use),
            reservedBytes: budget.reserveBytes,
            availableBytes: budget.availableBytes,
            workloads: jobs.map((job): EpcUse => {
                const fits = job.bytes === undefined ? undefined : Math.floor(budget.availableBytes / job.bytes);
                return { ...use(job), ...(fits === undefined ? {} : { fitsPerNode: fits }) };
            }),
        };
    });
}

function use({ title, resource, bytes }: EpcWorkload): EpcUse {
    return { workload: title, urn: resource.urn, ...(bytes === undefined ? {} : { bytes }) };
}

function shares(workloads: readonly EpcWorkload[]): { name: string; bytes: number }[] {
    return workloads.flatMap(({ title, bytes }) => (bytes === undefined ? [] : [{ name: title, bytes }]));
}

function enclavePools(resources: readonly PlanResource[]): Pool[] {
    return resources.flatMap((resource) => {
        if (/^azure-native(_\w+)?:containerservice(\/\w+)?:AgentPool$/.test(resource.type)) {
            const name = valueAt(resource.inputs, "agentPoolName");
            return toPool(typeof name === "string" ? name : resource.name, resource.urn, resource.inputs);
        }
        if (!/^azure-native(_\w+)?:containerservice(\/\w+)?:ManagedCluster$/.test(resource.type)) return [];
        const profiles = resource.inputs["agentPoolProfiles"];
        return (Array.isArray(profiles) ? profiles : []).flatMap((profile) => {
            const name = valueAt(profile, "name");
            return isObject(profile) ? toPool(typeof name === "string" ? name : "?", resource.urn, profile) : [];
        });
    });
}

function toPool(name: string, urn: string, body: PlanObject): Pool[] {
    const size = body["vmSize"];
    const known = typeof size === "string" ? findVmSize(size) : undefined;
    return known === undefined ? [] : [{ name, urn, body, size: known }];
}

/** `2`, or `1-5` with the autoscaler. */
export function nodeCount(body: PlanObject): string | undefined {
    const { count, minCount, maxCount, enableAutoScaling } = body;
    const text = (value: PlanValue | undefined): string =>
        typeof value === "number" || typeof value === "string" ? String(value) : "?";
    if (enableAutoScaling === true && (minCount !== undefined || maxCount !== undefined))
        return `${text(minCount)}-${text(maxCount)}`;
    return count === undefined ? undefined : text(count);
}

/** Labels that are known of the nodes of a pool. */
function labelsOf(pool: Pool): Map<string, PlanValue> {
    const own = pool.body["nodeLabels"];
    const mode = pool.body["mode"];
    return new Map<string, PlanValue>([
        ["kubernetes.io/os", "linux"],
        ["kubernetes.io/arch", "amd64"],
        ["node.kubernetes.io/instance-type", pool.size.name],
        ["beta.kubernetes.io/instance-type", pool.size.name],
        ["agentpool", pool.name],
        ["kubernetes.azure.com/agentpool", pool.name],
        ["kubernetes.azure.com/mode", typeof mode === "string" ? mode.toLowerCase() : "user"],
        ...Object.entries(isObject(own) ? own : {}),
    ]);
}

/** True unless the node selector or the required affinity surely excludes the nodes. */
function canRunOn(podSpec: PlanObject, labels: Map<string, PlanValue>): boolean {
    const selector = podSpec["nodeSelector"];
    if (isObject(selector) && !Object.entries(selector).every(([key, value]) => mayEqual(labels, key, [value])))
        return false;
    const terms = valueAt(
        podSpec,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    );
    return !Array.isArray(terms) || terms.length === 0 || terms.some((term) => termMatches(term, labels));
}

function termMatches(term: PlanValue, labels: Map<string, PlanValue>): boolean {
    const expressions = valueAt(term, "matchExpressions");
    return (
        !Array.isArray(expressions) ||
        expressions.every((expression) => {
            const key = valueAt(expression, "key");
            const values = valueAt(expression, "values");
            if (typeof key !== "string") return true;
            const list = Array.isArray(values) ? values : [];
            switch (valueAt(expression, "operator")) {
                case "In":
                    return mayEqual(labels, key, list);
                case "NotIn":
                    return !list.some((value) => labels.get(key) === value);
                case "Exists":
                    return labels.has(key) || setByAzure(key);
                case "DoesNotExist":
                    return !labels.has(key);
                default:
                    return true;
            }
        })
    );
}

function mayEqual(labels: Map<string, PlanValue>, key: string, values: PlanValue[]): boolean {
    const label = labels.get(key);
    if (label === undefined) return setByAzure(key);
    return values.some((value) => value === label || typeof value === "object" || typeof label === "object");
}

/** Labels that Kubernetes or AKS puts on nodes by itself: without the cluster, nobody knows them. */
function setByAzure(key: string): boolean {
    return /(^|\.)(kubernetes\.io|k8s\.io|azure\.com)\//.test(key);
}
