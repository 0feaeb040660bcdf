import type { AgentPool } from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { SGX_NODE_LABEL } from "../../sgx";
import { knownOr } from "../../shared/known";
import { showProgress } from "../../shared/progress";
import { PoolReplacement } from "../choices";
import { enclavePoolDefaults } from "../defaults";
import type { WorkerPoolSpec } from "../spec-pools";
import { drain } from "./drain";
import { kubernetesClient } from "./kubernetes-client";
import { movesOf, nodesAtFirst, type Move, type ProgramPool } from "./moves";
import { stalePools, type PoolProfile } from "./stale-pools";

/** Where pools are drained. */
export interface DrainPlace {
    /** The cluster, by an invoke of names. Unit tests may answer nothing at all. */
    found: pulumi.Output<{ agentPoolProfiles?: PoolProfile[] }>;
    kubeconfig: pulumi.Output<string>;
    /** Whose pools are drained: the value of a label. */
    owner: pulumi.Output<string>;
    /** What progress is shown of. */
    component: pulumi.Resource;
}

/** A pool of the program. */
export interface DrainedPool {
    spec: WorkerPoolSpec;
    azureName: pulumi.Output<string>;
}

/*
 * A drain runs in the program, and only in an update: the engine deletes what the program has no longer after it has
 * ended well, and a `deleteFirst` pool when the program registers the new one. So a drain that fails deletes nothing,
 * and the next update goes on. Hooks before deletions would ask for the program in every `pulumi destroy`.
 */

/** Nodes that each pool is made with, in their order. They are known in a preview, too. */
export function firstNodes({ found, owner }: DrainPlace, pools: readonly DrainedPool[]): pulumi.Output<number>[] {
    const names = pulumi.all(pools.map(({ azureName }) => azureName));
    const nodes = pulumi.all([found, owner, names]).apply(([{ agentPoolProfiles }, known, wanted]) => {
        const stale = stalePools(agentPoolProfiles, known, new Set(wanted));
        const asked = programPools(pools, wanted);
        const moves = movesOf(stale, asked, namesOf(agentPoolProfiles));
        return asked.map((pool) => nodesAtFirst(pool, moves));
    });
    return pools.map(({ spec }, index) => {
        const { minCount } = spec.scale;
        return knownOr(
            nodes.apply((each) => each[index] ?? minCount),
            minCount,
        );
    });
}

/** Known when a pool that is deleted before it is replaced is drained; undefined: it waits for no drain. */
export function drainedFirst(
    place: DrainPlace,
    { spec, azureName }: DrainedPool,
    earlier: readonly pulumi.Resource[],
): pulumi.Output<unknown> | undefined {
    if (pulumi.runtime.isDryRun() || spec.replacement !== PoolReplacement.deleteFirst) return undefined;
    const { found, kubeconfig, owner } = place;
    const ready = pulumi.all([found, kubeconfig, owner, azureName, pulumi.all(earlier.map(({ urn }) => urn))]);
    const done = ready.apply(async ([{ agentPoolProfiles }, config, known, name]) => {
        const stale = stalePools(agentPoolProfiles, known, new Set([name])).filter(({ pool }) => pool === spec.name);
        await drained(place, [{ stale, successors: [] }], spec.drainTimeoutMinutes, config);
    });
    return pulumi.unsecret(done);
}

/** Known when the pools that the program has no longer are drained, after all that it has are there. */
export function staleDrained(
    place: DrainPlace,
    pools: readonly DrainedPool[],
    created: readonly AgentPool[],
): pulumi.Output<unknown> {
    if (pulumi.runtime.isDryRun()) return pulumi.output(undefined);
    const { found, kubeconfig, owner } = place;
    const names = pulumi.all(pools.map(({ azureName }) => azureName));
    // With `--target`, a pool may stay what it was: its id says so.
    const ids = pulumi.all(created.map(({ id }) => id));
    const ready = pulumi.all([found, kubeconfig, owner, names, ids]);
    const done = ready.apply(async ([{ agentPoolProfiles }, config, known, wanted, there]) => {
        const real = there.map((id) => id.split("/").at(-1) ?? "");
        const stale = stalePools(agentPoolProfiles, known, new Set([...wanted, ...real]));
        const minutes = stale.map(({ pool, minutes: made }) => {
            const now = pools.find(({ spec }) => spec.name === pool)?.spec.drainTimeoutMinutes;
            return now ?? made ?? enclavePoolDefaults.drainTimeoutMinutes;
        });
        const moves = movesOf(stale, programPools(pools, wanted), namesOf(agentPoolProfiles));
        await drained(place, moves, Math.max(...minutes), config);
    });
    return pulumi.unsecret(done);
}

const namesOf = (profiles: readonly PoolProfile[] | undefined): ReadonlySet<string> =>
    new Set((profiles ?? []).flatMap(({ name }) => name ?? []));

function programPools(pools: readonly DrainedPool[], names: readonly string[]): ProgramPool[] {
    return pools.map(({ spec }, index) => ({
        pool: spec.name,
        azureName: names[index] ?? "",
        hasSgx: spec.labels[SGX_NODE_LABEL] !== undefined,
        scale: spec.scale,
    }));
}

async function drained(
    { component }: DrainPlace,
    moves: readonly Move[],
    minutes: number,
    kubeconfig: string,
): Promise<void> {
    if (moves.every(({ stale }) => stale.length === 0)) return;
    const client = await kubernetesClient(kubeconfig);
    await drain(
        client,
        { moves, minutes },
        {
            notice: (text) => void pulumi.log.info(text, component),
            progress: (text) => {
                showProgress(text, component);
            },
            warning: (text) => void pulumi.log.warn(text, component),
        },
    );
}
