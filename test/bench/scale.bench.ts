/*
 * A large cluster: nodes with EPC that kwok plays the kubelets of, this package on all of them, the real scheduler and
 * controllers, and Jobs that ask for EPC.
 *
 * - A crowd: all Jobs at once, for more EPC than there is. After every change of every pod, no node holds more than it
 *   has.
 * - Throughput: batches of Jobs that this package set up, beside batches of the same Jobs without it, in turns
 *   (plain, unwaited, attested, admitted, admitted, and so on back to plain; the next round begins with unwaited), so
 *   that whatever else the machine does hits all alike. A batch begins when the control plane is done with the one
 *   before, and is over when each of its Jobs is complete. Ratios are of Jobs a second, and of Jobs for each second of
 *   a processor that the control plane used, which a busy machine changes less.
 * - Metrics: the series that a node's pods of this package serve, after few quotes and after many.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseQuantity } from "../../components/sgx";
import type { Manifest } from "../e2e/support/api";
import { installPolicies, makeNamespace } from "../e2e/support/policies";
import { waitFor } from "../e2e/support/wait";
import { EpcLedger, type SeenPod } from "./scale/epc-ledger";
import { seriesOfNode } from "./scale/exporters";
import { all, epcOfNode, installPackage, startFleet, type Fleet } from "./scale/fleet";
import { jobsOf, kinds, named, type Job, type Kind } from "./scale/jobs";
import { watch } from "./scale/watch";

const nodes = Number(process.env["BENCH_NODES"] ?? 500);
const jobs = Number(process.env["BENCH_JOBS"] ?? 5000);
/** Of each kind in one round: two. */
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const batch = Math.min(Number(process.env["BENCH_BATCH"] ?? 500), jobs);
/** In the crowd. Beside the quote helper's 2Mi a node has room for two of the largest. */
const sizes = ["8Mi", "16Mi", "24Mi"];
/** What the creation of a Job and its pod takes on a busy machine. */
const secondsOfJob = 0.06;
/** Longest wait for Jobs to end; not a verdict. */
const patience = 1500;

let fleet: Fleet;
let daemonSets: readonly Manifest[];
const results: Record<string, unknown> = { nodes, jobs, rounds, batch };
beforeAll(async () => {
    fleet = await startFleet(nodes);
    daemonSets = await installPackage(fleet.api);
    for (const namespace of ["crowd", ...kinds]) await makeNamespace(fleet.api, namespace);
    await installPolicies(fleet.api, { namespaces: ["admitted"], kubernetesVersion: "1.36" });
    await untilPackageIsReady();
}, 900_000);
afterEach(() => {
    mkdirSync("bench/results", { recursive: true });
    writeFileSync("bench/results/scale.json", `${JSON.stringify(results, null, 2)}\n`);
});
afterAll(() => (fleet as Fleet | undefined)?.stop());

test("no node holds more EPC than it has, when all Jobs ask at once", async () => {
    const bytes = parseQuantity(epcOfNode) ?? NaN;
    const ledger = new EpcLedger(new Map(fleet.nodes.map((name) => [name, bytes])));
    const watching = await watch(fleet.plane.admin, "/api/v1/pods", (type, pod) => {
        ledger.observe(type, pod as SeenPod);
    });
    const bySize: { epc: string; job: Job }[] = [];
    for (const epc of sizes) bySize.push({ epc, job: (await jobsOf(epc)).attested });
    const completed = await countCompleted("crowd");
    const began = performance.now();
    // Until then no pod ends, so that all ask for more than there is; from then on each ends as soon as it runs.
    const ends = new Date(Date.now() + jobs * secondsOfJob * 1000).toISOString();
    const numbers = Array.from({ length: jobs }, (_, index) => index);
    await all(numbers, async (index) => {
        const { epc, job } = bySize[index % bySize.length] as (typeof bySize)[number];
        const manifest = named(job, "crowd", `job-${index}`, ends, epc);
        // Those at the end of the queue wait for as long as it takes.
        delete (manifest as Job).spec.activeDeadlineSeconds;
        await create(manifest);
    });
    if (Date.now() > Date.parse(ends)) throw new Error("pods have ended before all Jobs were made: raise secondsOfJob");
    await completed.reach(jobs, watching);
    const seconds = (performance.now() - began) / 1000;
    completed.stop();
    watching.stop();
    const { peak, mostWaiting, problems } = ledger;
    const crowd = { seconds, share: peak / (bytes * nodes), mostWaiting, problems: problems.slice(0, 20) };
    results["crowd"] = crowd;
    console.log(crowd);
    expect(watching.ended).toBeUndefined();
    expect(problems).toEqual([]);
    // Otherwise nothing was tried: EPC was given out, and pods had to wait for it.
    expect(crowd.share).toBeGreaterThan(0.8);
    expect(mostWaiting).toBeGreaterThan(0);
    await clean("crowd");
    // The proofs have given way to the crowd.
    await untilPackageIsReady();
});

/** Kinds that are compared. */
const pairs = [
    ["unwaited", "plain"],
    ["attested", "plain"],
    ["admitted", "plain"],
    ["admitted", "attested"],
] as const;

/** What a batch took. */
interface Sample {
    seconds: number;
    processorSeconds: number;
    by: Record<string, number>;
}

test("throughput of Jobs with and without this package", async () => {
    const epc = "8Mi";
    const byKind = await jobsOf(epc);
    const samples: Record<Kind, Sample[]> = { plain: [], unwaited: [], attested: [], admitted: [] };
    const run = async (kind: Kind, name: string, count: number) => {
        const manifests = Array.from({ length: count }, (_, index) =>
            named(byKind[kind], kind, `${name}-${index}`, "0s", epc),
        );
        await fleet.untilQuiet();
        const sample = await timed(kind, manifests);
        await clean(kind);
        return sample;
    };
    // A control plane that has just started is quicker than it is from then on.
    for (const kind of kinds) await run(kind, "warm", batch);
    for (let round = 0; round < rounds; round++) {
        for (const kind of orderOf(round)) {
            const sample = await run(kind, `round-${round}`, batch);
            samples[kind].push(sample);
            console.log(`round ${round + 1}: ${kind}: ${(batch / sample.seconds).toFixed(1)} Jobs a second`);
        }
    }
    const table = Object.fromEntries(
        kinds.map((kind) => [
            kind,
            {
                "jobs a second": median(samples[kind].map(({ seconds }) => batch / seconds)),
                "jobs a processor second": median(samples[kind].map((each) => batch / each.processorSeconds)),
                ...medians(samples[kind].map(({ by }) => by)),
            },
        ]),
    );
    const ratios = Object.fromEntries(
        pairs.map(([kind, beside]) => {
            const ratio = (of: (each: Sample) => number) =>
                median(samples[beside].map(of)) / median(samples[kind].map(of));
            const total =
                sum(samples[beside].map(({ seconds }) => seconds)) / sum(samples[kind].map(({ seconds }) => seconds));
            const processor = ratio(({ processorSeconds }) => processorSeconds);
            const row = { "a second": ratio(({ seconds }) => seconds), all: total, "a processor second": processor };
            return [`${kind} / ${beside}`, row];
        }),
    );
    console.table(table);
    console.table({ ...ratios, wanted: { "a second": "at least 0.95", all: "at least 0.95" } });
    Object.assign(results, { throughput: { table, ratios, samples } });
});

test("the series of a node do not grow with the quotes of its pods", async () => {
    const [few, many] = [await seriesOfNode(1), await seriesOfNode(200)];
    results["metrics"] = { perNode: many.length, cluster: many.length * nodes, series: many };
    console.log(results["metrics"]);
    expect(many).toEqual(few);
});

/** All kinds, there and back; each round begins with the next of them, since a place in the order may count. */
function orderOf(round: number): Kind[] {
    const first = round % kinds.length;
    const order = [...kinds.slice(first), ...kinds.slice(0, first)];
    return [...order, ...[...order].reverse()];
}

async function untilPackageIsReady(): Promise<void> {
    for (const daemonSet of daemonSets) {
        await waitFor(
            `${daemonSet.metadata.name ?? ""} to be ready on every node`,
            async () => {
                const { status } = (await fleet.api.get(daemonSet)).body as { status?: { numberReady?: number } };
                return status?.numberReady === nodes;
            },
            { seconds: 600, every: 2000, explain: () => fleet.describe() },
        );
    }
}

async function create(manifest: Manifest): Promise<void> {
    const { status, body } = await fleet.api.create(manifest);
    if (status !== 201) throw new Error(body.message);
}

/** Counts the Jobs of a namespace that are complete, by a watch of their metadata only. */
async function countCompleted(namespace: string) {
    const done = new Set<string>();
    const jobsWatch = await watch(
        fleet.plane.admin,
        `/apis/batch/v1/namespaces/${namespace}/jobs`,
        (type, object) => {
            if (type !== "DELETED") done.add((object as { metadata: { name: string } }).metadata.name);
        },
        { query: { fieldSelector: "status.successful=1" }, metadataOnly: true },
    );
    return {
        stop: () => {
            jobsWatch.stop();
        },
        reach: async (wanted: number, other?: { ended: string | undefined }) => {
            const deadline = Date.now() + patience * 1000;
            while (done.size < wanted) {
                const ended = jobsWatch.ended ?? other?.ended;
                if (ended !== undefined) throw new Error(`a watch ended: ${ended}`);
                if (Date.now() > deadline)
                    throw new Error(`${done.size} of ${wanted} Jobs are complete\n${fleet.describe()}`);
                await sleep(10);
            }
        },
    };
}

/** One batch: from the first creation until the last Job is complete. */
async function timed(kind: Kind, manifests: readonly Manifest[]): Promise<Sample> {
    const completed = await countCompleted(kind);
    const before = fleet.processorSeconds();
    const began = performance.now();
    await all(manifests, create);
    await completed.reach(manifests.length);
    const seconds = (performance.now() - began) / 1000;
    const after = fleet.processorSeconds();
    completed.stop();
    const by = Object.fromEntries(Object.entries(after).map(([name, used]) => [name, used - (before[name] ?? 0)]));
    return { seconds, processorSeconds: sum(Object.values(by)), by };
}

/** Removes all Jobs and pods of a namespace. The API server ends a request after a minute, so it may take several. */
async function clean(namespace: string): Promise<void> {
    for (const path of [`/apis/batch/v1/namespaces/${namespace}/jobs`, `/api/v1/namespaces/${namespace}/pods`]) {
        const query = { gracePeriodSeconds: "0", propagationPolicy: "Background" };
        await waitFor(
            `${path} to be empty`,
            async () => {
                const { body } = await fleet.api.call("GET", path, { query: { limit: "1" } });
                if ((body["items"] as unknown[] | undefined)?.length === 0) return true;
                await fleet.api.call("DELETE", path, { query });
                return false;
            },
            { seconds: 900, every: 500 },
        );
    }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

function median(numbers: readonly number[]): number {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function medians(samples: readonly Record<string, number>[]): Record<string, number> {
    const names = Object.keys(samples[0] ?? {});
    return Object.fromEntries(names.map((name) => [name, median(samples.map((each) => each[name] ?? NaN))]));
}
