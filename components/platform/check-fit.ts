import type { EnclavePoolSpec } from "../cluster/spec-pools";
import type { SgxDevicePluginArgs } from "../device-plugin/args";
import { devicePluginPod } from "../device-plugin/pod";
import { attestedJobPod } from "../job/pod";
import { isLate, type Warning } from "../problems";
import { proofPod } from "../proof/pod";
import { quoteHelperPod } from "../quote-helper/pod";
import { samplePod } from "../sample/pod";
import { enclaveNodes, type TextMap } from "../shared/text-map";
import {
    aksNode,
    aksSystemPods,
    findVmSize,
    fitPods,
    leftOf,
    podRequests,
    type NodeAmounts,
    type NodeResource,
} from "../sgx";
import { mostPods } from "../sgx/aks-node";
import type { PlatformSpec } from "./parts";

/** Something of the platform whose pods run on enclave nodes. */
interface PlatformWorkload {
    /** Path of its arguments. */
    path: string;
    requests: NodeAmounts;
    nodeSelector: TextMap;
}

/** An enclave pool, and what is left on its nodes for workloads. */
interface PoolRoom {
    name: string;
    labels: Record<string, string>;
    free: NodeAmounts;
}

/** In the place of images and names, which take nothing of a node. */
const any = "any";

/**
 * Warnings on how many pods fit on a node: a workload that fits on no pool's nodes for another reason than EPC, and a
 * limit of the arguments that binds although all else would take more. For arguments without problems.
 */
export function checkFit(spec: PlatformSpec): Warning[] {
    const daemons = daemonSets(spec);
    const onEveryNode = [...daemons, ...proofs(spec)];
    const pools = spec.cluster.spec.enclavePools;
    const rooms = pools.flatMap((pool) => roomOf(pool, spec, daemons));
    const workloads = workloadsOf(spec);
    return [
        ...workloads.flatMap((workload) => pendingWarning(workload, rooms)),
        ...needlessDeviceLimits(spec.devicePlugin.args, onEveryNode, workloads, rooms),
        ...pools.flatMap((pool, at) => needlessMaxPods(pool, at, onEveryNode, workloads, rooms)),
    ];
}

/** What this package's DaemonSets ask for on every enclave node. */
function daemonSets({ usesDaemonSets, devicePlugin, quoteHelper }: PlatformSpec): NodeAmounts[] {
    if (!usesDaemonSets) return [];
    return [
        podRequests(devicePluginPod(devicePlugin.spec, any)),
        podRequests(quoteHelperPod({ ...quoteHelper.spec, image: any }, any)),
    ];
}

/** The proof on every node: it gives way to workloads, and it needs its place where there is one. */
function proofs({ provesNodes, nodeProof }: PlatformSpec): NodeAmounts[] {
    if (!provesNodes) return [];
    const pod = proofPod({ ...nodeProof.spec, image: any }, { config: any, priorityClass: any });
    return [podRequests(pod.spec ?? {})];
}

function workloadsOf({ runsSample, sample, jobs }: PlatformSpec): PlatformWorkload[] {
    const ofSample = {
        path: "sample",
        template: samplePod({ ...sample.spec, image: any }),
        nodeSelector: enclaveNodes,
    };
    const ofJobs = jobs.map(({ spec }, at) => ({
        path: `jobs[${at}]`,
        template: attestedJobPod({ ...spec, image: any, waitImage: any }),
        nodeSelector: spec.nodeSelector,
    }));
    return [...(runsSample ? [ofSample] : []), ...ofJobs].map(({ path, template, nodeSelector }) => ({
        path,
        nodeSelector,
        requests: podRequests(template.spec ?? {}),
    }));
}

function roomOf(pool: EnclavePoolSpec, spec: PlatformSpec, daemons: readonly NodeAmounts[]): PoolRoom[] {
    const size = findVmSize(pool.vmSize);
    if (size === undefined) return [];
    const { enclaveLimit: enclave, provisionLimit: provision } = spec.devicePlugin.spec;
    const node = { ...aksNode(size, pool.podsPerNode), ...(spec.usesDaemonSets ? { enclave, provision } : {}) };
    return [{ name: pool.name, labels: pool.labels, free: leftOf(node, [aksSystemPods, ...daemons]) }];
}

/**
 * False where the selector asks for a label that a pool's nodes do not have. AKS's own labels and values that are
 * outputs are not known here.
 */
function mayRun({ nodeSelector }: PlatformWorkload, { labels }: PoolRoom): boolean {
    return Object.entries(nodeSelector).every(
        ([key, value]) => labels[key] === value || isLate(value) || /(^|\.)(kubernetes\.io|azure\.com)\//.test(key),
    );
}

const words: Readonly<Record<"pods" | "cpu" | "memory" | "enclave" | "provision", string>> = {
    pods: "pods",
    cpu: "CPU",
    memory: "memory",
    enclave: "enclave devices",
    provision: "provisioning devices",
};

/**
 * A pod that fits on no node waits for good. EPC is a problem of its own, which stops the program; the rest is an
 * estimate.
 */
function pendingWarning(workload: PlatformWorkload, rooms: readonly PoolRoom[]): Warning[] {
    const fits = rooms.filter((room) => mayRun(workload, room)).map(({ free }) => fitPods(free, workload.requests));
    const [first] = fits;
    if (first === undefined || first.limitedBy === "epc" || fits.some((fit) => fit?.count !== 0)) return [];
    const message =
        `no enclave node has enough ${words[first.limitedBy]} for it, less what AKS and DaemonSets take: ` +
        "its pods stay pending. Ask for less, or add a pool of a larger size";
    return [{ code: "does-not-fit", path: workload.path, message }];
}

/** What would fit if `resource` did not count, where that is more and `resource` binds. */
function hidden(workload: PlatformWorkload, room: PoolRoom, resource: NodeResource): number[] {
    if (!mayRun(workload, room)) return [];
    const { [resource]: limit, ...others } = room.free;
    const [now, then] = [fitPods(room.free, workload.requests), fitPods(others, workload.requests)];
    if (limit === undefined || now?.limitedBy !== resource || then === undefined || then.count <= now.count) return [];
    return [then.count];
}

function needlessDeviceLimits(
    args: SgxDevicePluginArgs,
    daemons: readonly NodeAmounts[],
    workloads: readonly PlatformWorkload[],
    rooms: readonly PoolRoom[],
): Warning[] {
    const limits = [
        ["enclave", args.enclaveLimit, "devicePlugin.enclaveLimit"],
        ["provision", args.provisionLimit, "devicePlugin.provisionLimit"],
    ] as const;
    return limits.flatMap(([resource, given, path]) => {
        if (given === undefined) return [];
        const own = daemons.reduce((sum, amounts) => sum + (amounts[resource] ?? 0), 0);
        const better = workloads.flatMap((workload) =>
            rooms.flatMap((room) =>
                hidden(workload, room, resource).map((count) => ({
                    workload: workload.path,
                    pool: room.name,
                    count,
                    value: count * (workload.requests[resource] ?? 0) + own,
                })),
            ),
        );
        return needless(path, given, words[resource], better, "");
    });
}

function needlessMaxPods(
    pool: EnclavePoolSpec,
    at: number,
    daemons: readonly NodeAmounts[],
    workloads: readonly PlatformWorkload[],
    rooms: readonly PoolRoom[],
): Warning[] {
    const room = rooms.find(({ name }) => name === pool.name);
    if (pool.maxPods === undefined || room === undefined) return [];
    const own = daemons.length + (aksSystemPods.pods ?? 0);
    const better = workloads.flatMap((workload) =>
        hidden(workload, room, "pods").map((count) => {
            const value = Math.min(mostPods, count + own);
            return { workload: workload.path, pool: pool.name, count: value - own, value };
        }),
    );
    const cost =
        " A change replaces the pool, and with network mode nodeSubnet every pod takes an address of the subnet.";
    return needless(`enclavePools[${at}].maxPods`, pool.maxPods, words.pods, better, cost);
}

/** One warning on a limit, for the workload that loses most by it. */
function needless(
    path: string,
    given: number,
    what: string,
    better: readonly { workload: string; pool: string; count: number; value: number }[],
    cost: string,
): Warning[] {
    const best = better.reduce<(typeof better)[number] | undefined>(
        (most, one) => (most === undefined || one.value > most.value ? one : most),
        undefined,
    );
    if (best === undefined || best.value <= given) return [];
    const message =
        `${given} ${what} per node bind before anything else: a node of pool ${best.pool} has room for about ${best.count} pods of ` +
        `${best.workload} by EPC, CPU and memory. Set ${best.value}, or leave it out.${cost}`;
    return [{ code: "needless-limit", path, message }];
}
