import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { refusedUpgrade } from "../sgx";
import { resourceHooks } from "../shared/hooks";
import { refusedSystemPool } from "./fixed-system-pool";
import type { BodyChanges } from "./body-changes";
import { outdatedPools, type PoolProfile } from "./outdated-pools";
import { refusedAutoscaler } from "./pool-scale";

type Values = Record<string, unknown>;

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
        // The system pool is as the arguments have it, and AKS leaves the others.
        if (changes === undefined || (await changes.isChanged())) return;
        const outdated = outdatedPools(profilesOf(newInputs), await livePools(newInputs, oldOutputs, parent));
        if (outdated.length === 0) return;
        throw new Error(
            `the update would send AKS the pools as Pulumi's state has them: ${outdated.join("; ")}. What to do: ` +
                `${await changes.wayOut()}, which sends the system pool as the arguments have it and leaves the others.`,
        );
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
