import type * as pulumi from "@pulumi/pulumi";
import { checkedShapes, notAllowed, oneOf, prefixed, required, when, type Checked, type Problem } from "../problems";
import { requiredResourceGroup, checkTags } from "../shared/check-place";
import { checkClusterName } from "./check-names";
import { checkNodePools } from "./check-node-pools";
import { checkEnclavePools } from "./check-pools";
import { QuotingSource } from "./choices";
import { clusterDefaults } from "./defaults";
import type { ExistingClusterArgs } from "./existing-args";
import { retiringOptions } from "./retiring";
import { checkKubeLogin, kubeLoginSpec } from "./spec-access";
import { enclavePoolSpec, nodePoolSpec } from "./spec-pools";
import type { SharedClusterSpec } from "./spec-shared";

/** What is made on a cluster that exists: the arguments with every default applied. */
export interface ExistingClusterSpec extends SharedClusterSpec {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    /** Path of the names in messages; empty: they are arguments of the component itself. */
    namesUnder: string;
    /** Argument of a platform that needs Azure's managed Prometheus on the cluster, and its value. */
    needsPrometheus: { path: string; value: string } | undefined;
}

/**
 * The arguments of an existing cluster with every default applied, what is wrong with them, and what to know about
 * them. `namesUnder` is where the names are in the arguments of a platform.
 */
export function existingClusterSpec(args: ExistingClusterArgs, namesUnder = ""): Checked<ExistingClusterSpec> {
    return checkedShapes(args, { groups: [], lists: ["enclavePools", "nodePools"] }, (fitting) =>
        specOf(fitting, namesUnder),
    );
}

function specOf(args: ExistingClusterArgs, namesUnder: string): Checked<ExistingClusterSpec> {
    const { enclavePools, nodePools = [] } = args;
    const context = { ...args, systemPoolName: undefined };
    const found = checkEnclavePools(context);
    const why = "for an existing cluster: an add-on is a setting of the cluster, which this program does not own";
    const remedy = 'where the add-on runs with its quote helper, set "none"; elsewhere "daemonSets"';
    return {
        spec: {
            resourceGroupName: args.resourceGroupName,
            clusterName: args.clusterName,
            namesUnder,
            needsPrometheus: undefined,
            enclavePools: (Array.isArray(enclavePools) ? enclavePools : []).map((pool) =>
                enclavePoolSpec(pool, undefined),
            ),
            nodePools: (Array.isArray(nodePools) ? nodePools : []).map((pool) => nodePoolSpec(pool, undefined)),
            quoting: args.quoting ?? clusterDefaults.quoting,
            kubeLogin: kubeLoginSpec(args.kubeLogin, args.kubeLoginClientId),
            kubernetesVersion: undefined,
            location: undefined,
            tags: args.tags,
        },
        problems: [
            ...found.problems,
            ...checkNodePools(context),
            ...oneOf("quoting", args.quoting, QuotingSource),
            ...checkKubeLogin(args, args.kubeLogin),
            ...checkTags("tags", args.tags),
            ...prefixed(namesUnder, checkExistingNames(args)),
            ...when(args.quoting === QuotingSource.addon, notAllowed("quoting", args.quoting, why, remedy)),
        ],
        warnings: [...found.warnings, ...retiringOptions({ enclavePools, nodePools })],
    };
}

/** Problems of the names of an existing cluster; those of an output as soon as it is known. */
export function checkExistingNames({
    resourceGroupName,
    clusterName,
}: Pick<ExistingClusterArgs, "resourceGroupName" | "clusterName">): Problem[] {
    const noName = required("clusterName", clusterName, "the name of the cluster", "name it");
    return [
        ...requiredResourceGroup("resourceGroupName", resourceGroupName, "the resource group of the cluster"),
        ...(noName.length > 0 ? noName : checkClusterName("clusterName", clusterName)),
    ];
}
