import { invalid, when, type Problem } from "../../problems";
import { aksNode } from "../aks-node";
import { fitPods, leftOf } from "../node-fit";
import type { VmSize } from "../vm-sizes";
import { formatEpc } from "./epc";

/** A named amount of EPC. */
export interface EpcShare {
    /** Who takes it. */
    name: string;
    /** EPC of one pod in bytes, above 0: of all its containers that run at the same time. */
    bytes: number;
}

/** What `epcBudget` divides. */
export interface EpcBudgetArgs {
    /** The size of the nodes. */
    vmSize: VmSize;
    /** What every node gives away first, such as the quote helper's share. */
    reserves: readonly EpcShare[];
    /** The workloads that want the rest. */
    workloads: readonly EpcShare[];
}

/** A workload's share, and how many of its pods one node holds when it is alone there. */
export interface EpcBudgetWorkload extends EpcShare {
    /** How many of its pods one node holds when it is alone there. */
    perNode: number;
}

/** How the EPC of one node divides, in bytes. */
export interface EpcBudget {
    /** Nominal EPC of the node. */
    nodeBytes: number;
    /** Sum of the reserves. */
    reserveBytes: number;
    /** What is left, at least 0. */
    availableBytes: number;
    /** The workloads, in the order given. */
    workloads: EpcBudgetWorkload[];
}

/**
 * How many pods of each workload fit on a node of a size by its EPC alone. CPU, memory, devices and AKS's limit of pods
 * may bind before: see `fitPods`.
 *
 * EPC is a number for the scheduler: the device plugin does not enforce it, and what a node offers (allocatable) may be
 * smaller than the nominal amount of its size that is used here. Throws RangeError for a share that is no whole number
 * of bytes above 0.
 */
export function epcBudget(args: EpcBudgetArgs): EpcBudget {
    const { epc: nodeBytes = 0 } = aksNode(args.vmSize, undefined);
    const reserves = args.reserves.map((share) => ({ epc: checkedBytes(share) }));
    const { epc: availableBytes = 0 } = leftOf({ epc: nodeBytes }, reserves);
    const workloads = args.workloads.map((share) => ({
        name: share.name,
        bytes: share.bytes,
        perNode: fitPods({ epc: availableBytes }, { epc: checkedBytes(share) })?.count ?? 0,
    }));
    return { nodeBytes, reserveBytes: reserves.reduce((sum, { epc }) => sum + epc, 0), availableBytes, workloads };
}

/**
 * A problem when one pod asks for more EPC than a node of any of the sizes has left after the reserve. Nominal numbers:
 * a pod that passes can still be too large for what the node offers.
 *
 * @param bytes EPC that the pod asks for, in bytes.
 * @param vmSizes Sizes of all enclave pools; none means nothing to compare with, and no problem.
 * @param reserve EPC that every node gives away first, in bytes.
 * @param path Path of the argument in messages.
 */
export function checkEpcFits(bytes: number, vmSizes: readonly VmSize[], reserve: number, path: string): Problem[] {
    const largest = vmSizes.reduce<VmSize | undefined>(
        (best, size) => (best === undefined || size.epcMiB > best.epcMiB ? size : best),
        undefined,
    );
    if (largest === undefined) return [];
    const left = Math.max(0, largest.epcMiB * 1024 ** 2 - reserve);
    const beside = reserve > 0 ? ` beside the ${formatEpc(reserve)} that every node reserves` : "";
    const expected = `at most ${formatEpc(left)}, what a ${largest.name} node has left${beside}`;
    const remedy = `ask for less than ${formatEpc(bytes)}, or add a pool of a size with more EPC`;
    return when(bytes > left, invalid(path, formatEpc(bytes), expected, remedy));
}

function checkedBytes({ name, bytes }: EpcShare): number {
    if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
    throw new RangeError(`EPC of ${name}: not a whole number of bytes above 0: ${bytes}`);
}
