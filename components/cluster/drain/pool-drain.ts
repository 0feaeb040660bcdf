import type { AgentPool } from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { SGX_NODE_LABEL } from "../../sgx";
import { PoolReplacement } from "../choices";
import { enclavePoolDefaults } from "../defaults";
import type { WorkerPoolSpec } from "../spec-pools";
import { drain, type Move } from "./drain";
import { kubernetesClient } from "./kubernetes-client";
import { movesOf, type Candidate } from "./moves";
import { stalePools, type PoolProfile, type StalePool } from "./stale-pools";

/** Where pools are drained. */
export interface DrainPlace {
    /** The cluster, by an invoke of names. Unit tests may answer nothing at all. */
    found: pulumi.Output<{ agentPoolProfiles?: PoolProfile[] }>;
    kubeconfig: pulumi.Output<string>;
    /** Whose pools are drained: the value of a label. */
    owner: string;
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

/** What a pool waits for: the pools before it; and where it is deleted before it is replaced, until it is drained. */
export function afterDrain(
    place: DrainPlace,
    { spec, azureName }: DrainedPool,
    earlier: pulumi.Resource[],
): pulumi.Input<pulumi.Resource[]> {
    if (pulumi.runtime.isDryRun() || spec.replacement !== PoolReplacement.deleteFirst) return earlier;
    const { found, kubeconfig, owner } = place;
    const ready = pulumi.all([found, kubeconfig, azureName, pulumi.all(earlier.map(({ urn }) => urn))]);
    return ready.apply(async ([{ agentPoolProfiles }, config, name]) => {
        const stale = stalePools(agentPoolProfiles, owner, new Set([name])).filter(({ pool }) => pool === spec.name);
        await drained(place, stale, [], spec.drainTimeoutMinutes, config);
        return earlier;
    });
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
    const ready = pulumi.all([found, kubeconfig, names, ids]);
    const done = ready.apply(async ([{ agentPoolProfiles }, config, wanted, there]) => {
        const real = there.map((id) => id.split("/").at(-1) ?? "");
        const stale = stalePools(agentPoolProfiles, owner, new Set([...wanted, ...real]));
        const candidates = pools.map(({ spec }, index): Candidate => {
            const { minCount, autoscaled } = spec.scale;
            const hasSgx = SGX_NODE_LABEL in spec.labels;
            return { pool: spec.name, azureName: wanted[index] ?? "", nodes: minCount, autoscaled, hasSgx };
        });
        const minutes = stale.map(({ pool, minutes: made }) => {
            const now = pools.find(({ spec }) => spec.name === pool)?.spec.drainTimeoutMinutes;
            return now ?? made ?? enclavePoolDefaults.drainTimeoutMinutes;
        });
        await drained(place, stale, movesOf(stale, candidates), Math.max(...minutes), config);
    });
    return pulumi.unsecret(done);
}

async function drained(
    { component }: DrainPlace,
    stale: readonly StalePool[],
    moves: readonly Move[],
    minutes: number,
    kubeconfig: string,
): Promise<void> {
    if (stale.length === 0) return;
    const client = await kubernetesClient(kubeconfig);
    await drain(
        client,
        { stale, moves, minutes },
        {
            progress: (text) => void pulumi.log.info(text, component, undefined, true),
            warning: (text) => void pulumi.log.warn(text, component),
        },
    );
}
