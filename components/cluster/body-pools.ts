import type * as pulumi from "@pulumi/pulumi";
import type { BodyChanges } from "./body-changes";
import type { SystemPoolSpec } from "./spec-pools";

/** The prefix was chosen at creation from the component's name; another name must not replace the cluster. */
const fixed = "dnsPrefix";

/**
 * Options for the pools in the body of a cluster. A refresh finds all pools there, which is no change to undo; but the
 * engine sends the list of its state then, which AKS refuses where it names the versions of some pools only
 * (https://github.com/Azure/ARO-HCP/pull/662), and which takes back what changed since. So an update that changes
 * something else of the cluster sends the system pool alone, as the arguments have it: AKS leaves pools that are not in
 * the body.
 */
export function poolsInBody({ scale }: SystemPoolSpec, changes: BodyChanges | undefined): pulumi.CustomResourceOptions {
    const ignoreChanges = [fixed, "agentPoolProfiles"];
    if (changes === undefined) return { ignoreChanges };
    const asInArguments: pulumi.ResourceTransform = async ({ type, props, opts }) => {
        if (type !== managedCluster || !(await changes.isChanged())) return undefined;
        // The autoscaler's number is the state's.
        const autoscaled = scale.autoscaled ? ["agentPoolProfiles[0].count"] : [];
        return { props, opts: { ...opts, ignoreChanges: [fixed, ...autoscaled] } };
    };
    // What the engine would show for them is no change of a pool: each has a resource with the changes of its own.
    return { ignoreChanges, transforms: [asInArguments], hideDiffs: ["agentPoolProfiles"] };
}

const managedCluster = "azure-native:containerservice:ManagedCluster";
