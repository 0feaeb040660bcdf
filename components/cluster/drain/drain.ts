import { inWords, pace, sleep } from "../../shared/pace";
import { ClusterError, type DrainClient, type DrainNode, type DrainPod } from "./cluster-client";
import type { StalePool } from "./stale-pools";

/** A pool that takes the pods of stale ones. */
export interface Successor {
    /** Name in the program. */
    pool: string;
    azureName: string;
    /** Nodes that it has from the start. */
    nodes: number;
    /** The autoscaler adds nodes when pods wait for them. */
    autoscaled: boolean;
}

/** Where the pods of stale pools find a place. */
export interface Move {
    /** The stale pools, by their names in Azure. */
    from: readonly string[];
    /** The pools whose nodes have to be ready first. */
    to: readonly Successor[];
}

/** What is to be drained. */
export interface DrainPlan {
    stale: readonly StalePool[];
    /** Moves that wait for nodes; the pods of other stale pools are evicted at once. */
    moves: readonly Move[];
    minutes: number;
}

/** Where a drain says what it does. */
export interface DrainReport {
    progress(text: string): void;
    warning(text: string): void;
}

/**
 * Moves the pods off stale pools: waits until nodes of other pools offer the EPC that the pods take, cordons the old
 * nodes, and evicts the pods, which respects their PodDisruptionBudgets and lets each have its grace. Throws when the
 * time is over. It can be begun again at any time.
 */
export async function drain(client: DrainClient, plan: DrainPlan, report: DrainReport): Promise<void> {
    const seconds = plan.minutes * 60;
    await repeated(
        seconds,
        () => capacity(client, plan),
        report,
        (missing) => {
            return `${missing} after ${inWords(seconds)}: the pods of the old nodes would find no place; nothing was drained or deleted`;
        },
    );
    const moves = new Moves(client, plan.stale, report);
    await repeated(
        seconds,
        () => moves.look(),
        report,
        () => moves.failure(plan.minutes),
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
    return new Error(`${what}: ${message}. Nothing was deleted. Fix: ${remedy}`);
}

/** What nodes lack for the pods of the old ones; undefined: nothing. */
async function capacity(client: DrainClient, { moves }: DrainPlan): Promise<string | undefined> {
    for (const { from, to } of moves) {
        const needed = sum((await movable(client, await client.nodes(from))).map(({ epc }) => epc));
        if (needed === 0) continue;
        const found = await Promise.all(to.map((successor) => readiness(client, successor)));
        const [waiting] = found.filter(({ isReady }) => !isReady);
        if (waiting === undefined || sum(found.map(({ free }) => free)) >= needed) continue;
        const { pool, offering, all } = waiting;
        return `SGX resources on the nodes of pool "${pool}" (${offering} of ${all} offer them)`;
    }
    return undefined;
}

/** How many nodes of a pool offer EPC, of how many, and how much of it is free. */
async function readiness(client: DrainClient, { pool, azureName, nodes: least, autoscaled }: Successor) {
    const nodes = await client.nodes([azureName]);
    const offering = nodes.filter(({ ready, schedulable, epc }) => ready && schedulable && epc > 0);
    // More nodes come only when pods wait for them, or not at all.
    const all = Math.max(autoscaled ? Math.min(least, 1) : least, nodes.length);
    const isReady = offering.length >= (autoscaled ? Math.min(all, 1) : all);
    const taken = await Promise.all(offering.map(({ name }) => client.pods(name)));
    const free = sum(offering.map(({ epc }) => epc)) - sum(taken.flat().map((pod) => (pod.isFinished ? 0 : pod.epc)));
    return { pool, offering: offering.length, all, isReady, free };
}

/** The pods of nodes that a drain moves: not those of DaemonSets, files of a node, or pods that have ended. */
async function movable(client: DrainClient, nodes: readonly DrainNode[]): Promise<DrainPod[]> {
    const pods = await Promise.all(nodes.map(({ name }) => client.pods(name)));
    return pods.flat().filter(({ controller, isMirror, isFinished }) => {
        return controller !== "DaemonSet" && !isMirror && !isFinished;
    });
}

/** The moves of all pods off stale pools. */
class Moves {
    private left: DrainPod[] = [];
    /** Why a pod was not evicted, by its uid. */
    private readonly refusals = new Map<string, string>();
    private readonly warned = new Set<string>();

    constructor(
        private readonly client: DrainClient,
        private readonly stale: readonly StalePool[],
        private readonly report: DrainReport,
    ) {}

    /** Cordons nodes and evicts pods that are there now; the autoscaler may add a node to an old pool meanwhile. */
    async look(): Promise<string | undefined> {
        const nodes = await this.client.nodes(this.stale.map(({ azureName }) => azureName));
        for (const { name, schedulable } of nodes) if (schedulable) await this.client.cordon(name);
        this.left = await movable(this.client, nodes);
        for (const pod of this.left) if (!pod.isEnding) await this.evict(pod);
        if (this.left.length === 0) return undefined;
        const pods = this.left.length === 1 ? "1 pod" : `${this.left.length} pods`;
        return `${pods} on the old nodes of ${this.pools}: ${shortened(this.left.map((pod) => this.words(pod)))}`;
    }

    /** What is said when the time is over. */
    failure(minutes: number): string {
        const pods = this.left.map((pod) => `\n  ${this.words(pod)}`).join("");
        return (
            `the drain of ${this.pools} did not end within ${minutes} minutes. Nothing was deleted; the old nodes take no new pods. These pods are left:${pods}\n` +
            "Fix: give them room to move (a budget that allows a disruption, nodes for one more replica), or delete them; then run pulumi up again, " +
            "which goes on from here. drainTimeoutMinutes sets the limit; kubectl uncordon opens the old nodes again."
        );
    }

    private async evict(pod: DrainPod): Promise<void> {
        if (pod.controller === undefined && !this.warned.has(pod.uid)) {
            this.report.warning(`${nameOf(pod)} has no controller that starts it again: it ends with the old node`);
            this.warned.add(pod.uid);
        }
        const { refused } = await this.client.evict(pod);
        if (refused === undefined) this.refusals.delete(pod.uid);
        else this.refusals.set(pod.uid, refused);
    }

    private words(pod: DrainPod): string {
        const why = pod.isEnding ? undefined : this.refusals.get(pod.uid);
        return `${nameOf(pod)} ${why === undefined ? "is ending" : `stays: ${why}`}`;
    }

    private get pools(): string {
        return this.stale.map(({ pool, azureName }) => `pool "${pool}" (${azureName} in Azure)`).join(", ");
    }
}

const nameOf = ({ namespace, name }: DrainPod) => `${namespace}/${name}`;

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

function shortened(words: readonly string[]): string {
    const shown = 5;
    return words.length <= shown
        ? words.join("; ")
        : `${words.slice(0, shown).join("; ")}; and ${words.length - shown} more`;
}
