import { inWords, pace, sleep } from "../../shared/pace";
import { capacity } from "./capacity";
import { agentPoolLabel, ClusterError, type DrainClient } from "./cluster-client";
import type { Move } from "./moves";
import { isEnding, isOnDeadNode, movable, nameOf, type PlacedPod } from "./placed-pods";
import type { StalePool } from "./stale-pools";

/** What is to be drained. */
export interface DrainPlan {
    moves: readonly Move[];
    minutes: number;
}

/** Where a drain says what it does. */
export interface DrainReport {
    /** What stays to be read when the update is over. */
    notice(text: string): void;
    progress(text: string): void;
    warning(text: string): void;
}

/**
 * Moves the pods off stale pools: waits until nodes of other pools offer the EPC that the pods take, cordons the old
 * nodes, and evicts the pods, which respects their PodDisruptionBudgets and lets each have its grace. Throws when the
 * time is over. It can be begun again at any time.
 */
export async function drain(client: DrainClient, { moves, minutes }: DrainPlan, report: DrainReport): Promise<void> {
    const seconds = minutes * 60;
    await repeated(
        seconds,
        () =>
            capacity(client, moves, (text) => {
                report.warning(text);
            }),
        report,
        (missing) =>
            `${missing} after ${inWords(seconds)}: the pods of the old nodes would find no place there, so these are neither drained nor deleted. ` +
            "Fix: see with kubectl describe node why they do not offer them, or give that pool more nodes; then run pulumi up again, which goes on from here.",
    );
    const drained = new Drained(
        client,
        moves.flatMap(({ stale }) => stale),
        report,
    );
    report.notice(drained.announcement);
    await repeated(
        seconds,
        () => drained.look(),
        report,
        () => drained.failure(minutes),
    );
}

/** Looks again and again until there is nothing left to wait for. `look` says what it waits for. */
async function repeated(
    seconds: number,
    look: () => Promise<string | undefined>,
    report: DrainReport,
    failure: (last: string) => string,
): Promise<void> {
    const end = Date.now() + seconds * pace.second;
    let answered = Date.now();
    let said = "";
    for (;;) {
        const found = await look().catch((error: unknown) => usual(error));
        if (found === undefined) return;
        const now = Date.now();
        if (typeof found === "string") answered = now;
        else if (now - answered > pace.drain.unreachable * pace.second) throw unreachable(found);
        if (now >= end) throw typeof found === "string" ? new Error(failure(found)) : unreachable(found);
        const text = typeof found === "string" ? found : `an answer of the API server: ${found.message}`;
        if (text !== said) report.progress(`the drain waits for ${text}`);
        said = text;
        await sleep(pace.drain.every);
    }
}

/** The error of a request that may succeed later; throws any other. */
function usual(error: unknown): ClusterError {
    if (!(error instanceof ClusterError)) throw error;
    if (error.isFinal) throw unreachable(error);
    return error;
}

function unreachable({ message, isFinal }: ClusterError): Error {
    const what = isFinal ? "old nodes cannot be drained" : "the cluster cannot be reached to drain old nodes";
    const remedy = "give this program access to the API server, then run pulumi up again, which goes on from here";
    return new Error(`${what}: ${message}. The old nodes were not deleted. Fix: ${remedy}`);
}

/** Stale pools while they are drained. */
class Drained {
    private left: PlacedPod[] = [];
    /** Why a pod was not evicted, by its uid. */
    private readonly refusals = new Map<string, string>();
    private readonly warned = new Set<string>();

    constructor(
        private readonly client: DrainClient,
        private readonly stale: readonly StalePool[],
        private readonly report: DrainReport,
    ) {}

    /** What is said before the first node is cordoned. */
    get announcement(): string {
        return (
            `the program does not have ${this.pools} any more: the pods are moved off these nodes, which take no new ones from now on. ` +
            `To undo that: ${this.undo}`
        );
    }

    /** Cordons nodes and evicts pods that are there now; the autoscaler may add a node to an old pool meanwhile. */
    async look(): Promise<string | undefined> {
        const nodes = await this.client.nodes(this.stale.map(({ azureName }) => azureName));
        for (const { name, schedulable } of nodes) if (schedulable) await this.client.cordon(name);
        const placed = await movable(this.client, nodes);
        for (const pod of placed.filter(isOnDeadNode))
            this.warn(
                pod,
                `has not ended, and cannot: its node ${pod.node.name} is not ready. The drain goes on without it`,
            );
        this.left = placed.filter((pod) => !isOnDeadNode(pod));
        for (const pod of this.left) if (!isEnding(pod)) await this.evict(pod);
        if (this.left.length === 0) return undefined;
        const pods = this.left.length === 1 ? "1 pod" : `${this.left.length} pods`;
        return `${pods} on the old nodes of ${this.pools}: ${shortened(this.left.map((pod) => this.words(pod)))}`;
    }

    /** What is said when the time is over. */
    failure(minutes: number): string {
        const pods = this.left.map((pod) => `\n  ${this.words(pod)}`).join("");
        return (
            `the drain of ${this.pools} did not end within ${minutes} minutes. The old nodes were not deleted; they take no new pods. These pods are left:${pods}\n` +
            "Fix: give them room to move (a budget that allows a disruption, nodes for one more replica), or delete them; then run pulumi up again, " +
            `which goes on from here. drainTimeoutMinutes sets the limit; to open the old nodes again: ${this.undo}`
        );
    }

    private async evict(pod: PlacedPod): Promise<void> {
        if (pod.controller === undefined)
            this.warn(pod, "has no controller that starts it again: it ends with the old node");
        const { refused } = await this.client.evict(pod);
        if (refused === undefined) this.refusals.delete(pod.uid);
        else this.refusals.set(pod.uid, refused);
    }

    /** Once for each pod. */
    private warn(pod: PlacedPod, text: string): void {
        if (!this.warned.has(pod.uid)) this.report.warning(`${nameOf(pod)} ${text}`);
        this.warned.add(pod.uid);
    }

    private words(pod: PlacedPod): string {
        const why = isEnding(pod) ? undefined : this.refusals.get(pod.uid);
        const where = pod.node.ready ? "" : ` on node ${pod.node.name}, which is not ready`;
        return `${nameOf(pod)} ${why === undefined ? "is ending" : `stays: ${why}`}${where}`;
    }

    private get pools(): string {
        return this.stale.map(({ pool, azureName }) => `pool "${pool}" (${azureName} in Azure)`).join(", ");
    }

    private get undo(): string {
        return `kubectl uncordon -l '${agentPoolLabel} in (${this.stale.map(({ azureName }) => azureName).join(",")})'`;
    }
}

function shortened(words: readonly string[]): string {
    const shown = 5;
    return words.length <= shown
        ? words.join("; ")
        : `${words.slice(0, shown).join("; ")}; and ${words.length - shown} more`;
}
