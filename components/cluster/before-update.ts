import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { refusedUpgrade } from "../sgx";
import { resourceHooks } from "../shared/hooks";
import { outdatedPools, type PoolProfile } from "./outdated-pools";
import { refusedAutoscaler } from "./pool-scale";

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

/** What an update of a pool is held against, in previews as well. */
export function beforePoolUpdate(component: string): pulumi.ResourceHook[] {
    const check = ({ oldInputs = {}, newInputs = {} }: pulumi.ResourceHookArgs) => {
        const refused = refusedAutoscaler(oldInputs, newInputs);
        if (refused !== undefined) throw new Error(refused);
    };
    return resourceHooks(component, "before an update of a pool", check, { onDryRun: true });
}
