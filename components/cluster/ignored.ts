import * as pulumi from "@pulumi/pulumi";
import { inContext } from "../shared/hooks";
import type { BodyChanges } from "./body-changes";
import { UpgradeChannel } from "./choices";
import type { ClusterSpec, NewClusterSpec } from "./spec";
import type { WorkerPoolSpec } from "./spec-pools";

/** The prefix was chosen at creation from the component's name; another name must not replace the cluster. */
const fixed = "dnsPrefix";

/**
 * Options for what AKS changes of a cluster by itself: a refresh finds it, and it is no change to undo. That is all
 * pools in the body, and the version where a channel upgrades it or no version is named.
 *
 * The engine would send the list of its state with every update then, which AKS refuses where it names the versions of
 * some pools only (https://github.com/Azure/ARO-HCP/pull/662), and which takes back what changed since. So an update
 * that changes the arguments of the cluster sends the system pool alone, as they have it: AKS leaves pools that are not
 * in the body.
 */
export function ignoredOfCluster(
    { kubernetesVersion }: Pick<ClusterSpec, "kubernetesVersion">,
    { systemPool, upgradeChannel }: Pick<NewClusterSpec, "systemPool" | "upgradeChannel">,
    changes: BodyChanges | undefined,
): pulumi.CustomResourceOptions {
    const ignoreChanges = [fixed, "agentPoolProfiles"];
    if (changes === undefined) return { ignoreChanges };
    const asInArguments = async ({ type, props, opts }: pulumi.ResourceTransformArgs) => {
        if (type !== managedCluster || !(await changes.isChanged())) return undefined;
        // The autoscaler's number of nodes is the state's.
        const autoscaled = systemPool.scale.autoscaled ? ["agentPoolProfiles[0].count"] : [];
        // As they travel to the engine: in a plugin, the SDK would write secrets in clear, and it drops what the
        // properties depend on.
        const sent = await pulumi.runtime.serializeProperties(type, props, { keepOutputValues: true });
        return { props: sent, opts: { ...opts, ignoreChanges: [fixed, ...autoscaled] } };
    };
    const isOurs = kubernetesVersion !== undefined && upgradeChannel === UpgradeChannel.none;
    const version = isOurs ? [] : ["kubernetesVersion"];
    return { ignoreChanges: [...ignoreChanges, ...version], transforms: [inContext(asInArguments)] };
}

/** What AKS changes of a pool by itself: the number of nodes where the pool is autoscaled, and maybe the version. */
export function ignoredOfPool({ scale }: Pick<WorkerPoolSpec, "scale">, isUpgradedByAks: boolean): string[] {
    return [...(scale.autoscaled ? ["count"] : []), ...(isUpgradedByAks ? ["orchestratorVersion"] : [])];
}

const managedCluster = "azure-native:containerservice:ManagedCluster";
