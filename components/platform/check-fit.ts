import type { EnclavePoolArgs } from "../cluster/args";
import { networkSpec } from "../cluster/spec-network";
import { devicePluginPod } from "../device-plugin/pod";
import { devicePluginSpec } from "../device-plugin/spec";
import { attestedJobPod } from "../job/pod";
import { attestedJobSpec } from "../job/spec";
import { isLate, type Warning } from "../problems";
import { quoteHelperPod } from "../quote-helper/pod";
import { quoteHelperSettings } from "../quote-helper/spec";
import { samplePod } from "../sample/pod";
import { sampleSettings } from "../sample/spec";
import type { TextMap } from "../shared/text-map";
import {
    aksNode,
    aksSystemPods,
    defaultMaxPods,
    findVmSize,
    fitPods,
    leftOf,
    podRequests,
    SGX_NODE_LABEL,
    SGX_NODE_LABEL_VALUE,
    type NodeAmounts,
    type NodeResource,
} from "../sgx";
import { mostPods, PodNetwork } from "../sgx/aks-node";
import type { ConfidentialPlatformArgs } from "./args";
import { runsSample, usesDaemonSets } from "./choices";

/** Something of the platform whose pods run on enclave nodes. */
interface PlatformWorkload {
    /** Path of its arguments. */
    path: string;
    requests: NodeAmounts;
    nodeSelector: TextMap | undefined;
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
export function checkFit(args: ConfidentialPlatformArgs): Warning[] {
    const daemons = daemonSets(args);
    const rooms = args.enclavePools.flatMap((pool) => roomOf(pool, args, daemons));
    const workloads = workloadsOf(args);
    return [
        ...workloads.flatMap((workload) => pendingWarning(workload, rooms)),
        ...needlessDeviceLimits(args, daemons, workloads, rooms),
        ...args.enclavePools.flatMap((pool, at) => needlessMaxPods(pool, at, daemons, workloads, rooms)),
    ];
}

/** What this package's DaemonSets ask for on every enclave node. */
function daemonSets(args: ConfidentialPlatformArgs): NodeAmounts[] {
    if (!usesDaemonSets(args)) return [];
    return [
        podRequests(devicePluginPod(devicePluginSpec(args.devicePlugin ?? {}).spec, any)),
        podRequests(quoteHelperPod({ ...quoteHelperSettings(args.quoteHelper ?? {}).spec, image: any }, any)),
    ];
}

function workloadsOf(args: ConfidentialPlatformArgs): PlatformWorkload[] {
    const sample = runsSample(args)
        ? [
              {
                  path: "sample",
                  template: samplePod({ ...sampleSettings(args.sample ?? {}).spec, image: any }),
                  nodeSelector: undefined,
              },
          ]
        : [];
    const jobs = (args.jobs ?? []).map((job, at) => ({
        path: `jobs[${at}]`,
        template: attestedJobPod({ ...attestedJobSpec(job).spec, image: any, waitImage: any }),
        nodeSelector: job.nodeSelector,
    }));
    return [...sample, ...jobs].map(({ path, template, nodeSelector }) => ({
        path,
        nodeSelector,
        requests: podRequests(template.spec ?? {}),
    }));
}

function roomOf(pool: EnclavePoolArgs, args: ConfidentialPlatformArgs, daemons: readonly NodeAmounts[]): PoolRoom[] {
    const size = findVmSize(pool.vmSize);
    if (size === undefined) return [];
    const plugin = devicePluginSpec(args.devicePlugin ?? {}).spec;
    const devices = usesDaemonSets(args) ? { enclave: plugin.enclaveLimit, provision: plugin.provisionLimit } : {};
    const node = { ...aksNode(size, pool.maxPods ?? defaultPods(args)), ...devices };
    return [
        {
            name: pool.name,
            labels: { ...pool.labels, [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE },
            free: leftOf(node, [aksSystemPods, ...daemons]),
        },
    ];
}

/** AKS's default; the network of an existing cluster is not known. */
function defaultPods(args: ConfidentialPlatformArgs): number | undefined {
    if (args.existing !== undefined) return undefined;
    const { mode } = networkSpec(args.network ?? {}, args.enclavePools);
    return defaultMaxPods[mode === "nodeSubnet" ? PodNetwork.nodeSubnet : PodNetwork.overlay];
}

/**
 * False where the selector asks for a label that a pool's nodes do not have. AKS's own labels and values that are
 * outputs are not known here.
 */
function mayRun({ nodeSelector = {} }: PlatformWorkload, { labels }: PoolRoom): boolean {
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
    args: ConfidentialPlatformArgs,
    daemons: readonly NodeAmounts[],
    workloads: readonly PlatformWorkload[],
    rooms: readonly PoolRoom[],
): Warning[] {
    const limits = [
        ["enclave", args.devicePlugin?.enclaveLimit, "devicePlugin.enclaveLimit"],
        ["provision", args.devicePlugin?.provisionLimit, "devicePlugin.provisionLimit"],
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
    pool: EnclavePoolArgs,
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
