import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { refusedUpgrade } from "../sgx";
import { resourceHooks } from "../shared/hooks";
import { outdatedPools, type PoolProfile } from "./outdated-pools";

type Values = Record<string, unknown>;

/** What an update of a cluster is held against before it starts, in previews as well. */
export function beforeClusterUpdate(component: string, parent: pulumi.Resource): pulumi.ResourceHook[] {
    const check = async ({ oldInputs = {}, newInputs = {}, oldOutputs = {} }: pulumi.ResourceHookArgs) => {
        const refused = refusedUpgrade({
            from: oldOutputs.currentKubernetesVersion ?? oldInputs.kubernetesVersion,
            to: newInputs.kubernetesVersion,
            channels: [channelOf(oldInputs), channelOf(newInputs)],
        });
        if (refused !== undefined) throw new Error(refused);
        const outdated = outdatedPools(profilesOf(newInputs), await livePools(newInputs, oldOutputs, parent));
        if (outdated.length === 0) return;
        const wayOut =
            'Run "pulumi refresh", which takes over what AKS shows, and repeat the update. Where it says the same then, ' +
            "take agentPoolProfiles out of the cluster's ignoreChanges for one update, by a transform, as " +
            "docs/components/cluster.md shows: the system pool is then sent as the arguments have it.";
        throw new Error(`the state of the cluster is older than its pools: ${outdated.join("; ")}. ${wayOut}`);
    };
    return resourceHooks(component, "before an update of the cluster", check, { onDryRun: true });
}

const channelOf = ({ autoUpgradeProfile }: Values) => (autoUpgradeProfile as Values | undefined)?.upgradeChannel;

function profilesOf({ agentPoolProfiles }: Values): PoolProfile[] {
    return Array.isArray(agentPoolProfiles) ? (agentPoolProfiles as PoolProfile[]) : [];
}

/** The pools as AKS shows them now. */
async function livePools(inputs: Values, outputs: Values, parent: pulumi.Resource): Promise<PoolProfile[]> {
    const { resourceGroupName } = inputs;
    const { name } = outputs;
    if (typeof resourceGroupName !== "string" || typeof name !== "string") return profilesOf(inputs);
    return profilesOf({ ...(await getManagedCluster({ resourceGroupName, resourceName: name }, { parent })) });
}

/** What an update of a pool is held against: the state's count is sent when the autoscaler is switched on. */
export function beforePoolUpdate(component: string): pulumi.ResourceHook[] {
    const check = ({ oldInputs = {}, newInputs = {} }: pulumi.ResourceHookArgs) => {
        const { count, minCount, maxCount, enableAutoScaling } = newInputs as Record<string, unknown>;
        if (enableAutoScaling !== true || (oldInputs as Values).enableAutoScaling === true) return;
        if (Number(count) >= Number(minCount) && Number(count) <= Number(maxCount)) return;
        throw new Error(
            `the pool has ${String(count)} nodes, and AKS switches the autoscaler on only where the number of nodes is ` +
                `within its bounds, here ${String(minCount)} to ${String(maxCount)}. Set count to a number in between ` +
                'and run "pulumi up", then replace count by the bounds and run it again.',
        );
    };
    return resourceHooks(component, "before an update of a pool", check, { onDryRun: true });
}
