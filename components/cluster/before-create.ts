import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { POOL_OWNER_LABEL } from "../sgx";
import { resourceHooks } from "../shared/hooks";
import { unlessMissing } from "../shared/unless-missing";

/**
 * What the creation of a pool is held against: a pool of this name that this program made already. Pulumi knows such a
 * pool as one that it still has to delete, or not at all, and the provider would only say that it exists.
 */
export function beforePoolCreate(
    component: string,
    parent: pulumi.Resource,
    opts: { onDryRun: boolean },
): pulumi.ResourceHook[] {
    const check = async ({ newInputs = {} }: pulumi.ResourceHookArgs) => {
        const { resourceGroupName, resourceName, agentPoolName, nodeLabels } = newInputs as Record<string, unknown>;
        if (typeof resourceGroupName !== "string" || typeof resourceName !== "string") return;
        const cluster = await unlessMissing(getManagedCluster({ resourceGroupName, resourceName }, { parent }));
        const pools = cluster?.agentPoolProfiles ?? [];
        const there = pools.find(({ name }) => name === agentPoolName);
        const owner = (nodeLabels as Record<string, unknown> | undefined)?.[POOL_OWNER_LABEL];
        if (typeof owner !== "string" || there?.nodeLabels?.[POOL_OWNER_LABEL] !== owner) return;
        throw new Error(leftOver(String(agentPoolName)));
    };
    return resourceHooks(component, "before the creation of a pool", check, opts);
}

function leftOver(name: string): string {
    return (
        `Azure has the pool ${name} already, and this program made it. Either an update replaced it and could not ` +
        "delete it yet, because its drain did not end; Pulumi then deletes it at the end of the next update that " +
        "succeeds. Fix: run the update with the settings that were to replace it, and change them back afterwards; or " +
        "give the pool another name in the arguments, which replaces both. Or an update was killed while it made the " +
        'pool. Fix: see "An update that was killed" in docs/operations.md.'
    );
}
