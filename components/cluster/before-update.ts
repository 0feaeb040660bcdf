import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { refusedUpgrade } from "../sgx";
import { resourceHooks } from "../shared/hooks";
import { refusedSystemPool } from "./fixed-system-pool";
import type { BodyChanges } from "./body-changes";
import { movedSince, outdatedPools, type PoolProfile } from "./outdated-pools";
import { refusedAutoscaler } from "./pool-scale";

type Values = Record<string, unknown>;

const refresh = 'What to do: "pulumi up --refresh", which looks at Azure first.';

/** What an update of a cluster is held against before it starts, in previews as well. */
export function beforeClusterUpdate(
    component: string,
    changes: BodyChanges | undefined,
    parent: pulumi.Resource,
): pulumi.ResourceHook[] {
    const check = async ({ urn, oldInputs = {}, newInputs = {}, oldOutputs = {} }: pulumi.ResourceHookArgs) => {
        const fixed = refusedSystemPool(profilesOf(oldInputs), profilesOf(newInputs), urn);
        if (fixed !== undefined) throw new Error(fixed);
        const refused = refusedUpgrade({
            from: oldOutputs.currentKubernetesVersion ?? oldInputs.kubernetesVersion,
            to: newInputs.kubernetesVersion,
            channels: [channelOf(oldInputs), channelOf(newInputs)],
        });
        if (refused !== undefined) throw new Error(refused);
        if (changes === undefined) return;
        const sent = profilesOf(newInputs);
        const live = await livePools(newInputs.resourceGroupName, oldOutputs.name, parent);
        if (await changes.isChanged()) {
            // The system pool is as the arguments have it, and AKS leaves the others.
            for (const pool of sent) checkPool(profilesOf(oldInputs), pool, live);
            return;
        }
        const outdated = outdatedPools(sent, live ?? sent);
        if (outdated.length === 0) return;
        throw new Error(
            `the update would send AKS the pools as Pulumi's state has them: ${outdated.join("; ")}. What to do: ` +
                `${await changes.wayOut()}, which sends the system pool as the arguments have it and leaves the others.`,
        );
    };
    return resourceHooks(component, "before an update of the cluster", check, { onDryRun: true });
}

/** What an update of a pool is held against, in previews as well. */
export function beforePoolUpdate(component: string, parent: pulumi.Resource): pulumi.ResourceHook[] {
    const check = async ({ oldInputs = {}, newInputs = {} }: pulumi.ResourceHookArgs) => {
        const { resourceGroupName, resourceName, agentPoolName: name } = newInputs;
        const live = await livePools(resourceGroupName, resourceName, parent);
        checkPool([{ ...oldInputs, name }], { ...newInputs, name }, live);
    };
    return resourceHooks(component, "before an update of a pool", check, { onDryRun: true });
}

function checkPool(before: readonly PoolProfile[], pool: PoolProfile, live: readonly PoolProfile[] | undefined): void {
    const old = before.find(({ name }) => name === pool.name);
    const refused = old === undefined ? undefined : refusedAutoscaler(old, pool);
    if (refused !== undefined) throw new Error(refused);
    const now = live?.find(({ name }) => name === pool.name);
    const moved = old === undefined || now === undefined ? [] : movedSince(old, pool, now);
    if (moved.length > 0)
        throw new Error(`AKS has changed the pool since Pulumi looked: ${moved.join("; ")}. ${refresh}`);
}

const channelOf = ({ autoUpgradeProfile }: Values) => (autoUpgradeProfile as Values | undefined)?.upgradeChannel;

function profilesOf({ agentPoolProfiles }: Values): PoolProfile[] {
    return Array.isArray(agentPoolProfiles) ? (agentPoolProfiles as PoolProfile[]) : [];
}

/** The pools of a cluster as AKS shows them now; undefined where a preview does not know which cluster. */
async function livePools(
    resourceGroupName: unknown,
    clusterName: unknown,
    parent: pulumi.Resource,
): Promise<PoolProfile[] | undefined> {
    if (typeof resourceGroupName !== "string" || typeof clusterName !== "string") return undefined;
    return profilesOf({ ...(await getManagedCluster({ resourceGroupName, resourceName: clusterName }, { parent })) });
}
