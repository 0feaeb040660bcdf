import { getAzureMonitorWorkspace } from "@pulumi/azure-native/monitor";
import { getWorkspace } from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { textOf } from "../shared/text-of";
import { unlessMissing } from "../shared/unless-missing";

/*
 * A data collection rule and its endpoint are in the region of the workspace that they send to; a cluster of another
 * region can be associated with them
 * (https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-endpoint-overview).
 */

/** What Azure says of a workspace. */
type LookUp = (
    resourceGroupName: string,
    name: string,
    opts: pulumi.InvokeOptions,
) => Promise<{ id?: string; location?: string }>;

const lookUps = {
    metrics: (resourceGroupName, azureMonitorWorkspaceName, opts) =>
        getAzureMonitorWorkspace({ resourceGroupName, azureMonitorWorkspaceName }, opts),
    logs: (resourceGroupName, workspaceName, opts) => getWorkspace({ resourceGroupName, workspaceName }, opts),
} as const satisfies Record<string, LookUp>;

/**
 * Region of a workspace that is given by its id. `otherwise` where Azure does not find it: in a preview, the program
 * may be about to create it; a workspace of another subscription is not found either.
 */
export function regionOfWorkspace(
    kind: keyof typeof lookUps,
    workspaceId: pulumi.Input<string>,
    otherwise: pulumi.Input<string | undefined>,
    opts: pulumi.InvokeOptions,
): pulumi.Output<string | undefined> {
    return pulumi.all([workspaceId, otherwise]).apply(async ([id, region]) => {
        const [, group, name] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(id) ?? [];
        if (group === undefined || name === undefined) return region;
        const found = await unlessMissing<{ id?: string; location?: string }>(lookUps[kind](group, name, opts));
        return textOf(found?.id)?.toLowerCase() === id.toLowerCase() ? (textOf(found?.location) ?? region) : region;
    });
}
