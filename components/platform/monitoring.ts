import * as pulumi from "@pulumi/pulumi";
import { behindCluster } from "../cluster/access";
import type { ConfidentialCluster } from "../cluster/confidential-cluster";
import type { ExistingCluster } from "../cluster/existing-cluster";
import { regionOfWorkspace } from "../cluster/workspace-region";
import { AttestationMonitoring } from "../monitoring/attestation-monitoring";
import type { AttestationMonitoringArgs, AzureAlertsArgs } from "../monitoring/args";
import type { AzureAlertsSpec } from "../monitoring/spec";
import type { NodeProof } from "../proof/node-proof";
import type { SgxQuoteHelper } from "../quote-helper/sgx-quote-helper";
import { argumentsOf, checkedPart } from "../shared/part";
import { ofPlatform } from "./outputs";
import type { PlatformSpec } from "./parts";

/** What is watched, and where. */
interface Watched {
    cluster: ConfidentialCluster | ExistingCluster;
    quoteHelper: SgxQuoteHelper;
    /** Undefined: no node is proven. */
    nodeProof: NodeProof | undefined;
}

/** Watches the DaemonSets of a platform, where its arguments ask for that. */
export function platformMonitoring(
    name: string,
    spec: PlatformSpec,
    { cluster, quoteHelper, nodeProof }: Watched,
    opts: pulumi.ComponentResourceOptions,
): void {
    if (spec.monitoring === undefined) return;
    const { part } = spec.monitoring;
    const azure = part.spec.azure && azureAlerts(spec, part.spec.azure, cluster, opts.parent);
    const own = { quoteHelper: placeOf(quoteHelper), nodeProof: nodeProof && placeOf(nodeProof) };
    const args: AttestationMonitoringArgs = { ...part.args, ...own, azure: azure && argumentsIn(azure) };
    const made = checkedPart(args, { ...part, spec: { ...part.spec, ...own, azure } });
    new AttestationMonitoring(
        `${name}-monitoring`,
        argumentsOf(ofPlatform(name, "attestationMonitoring"), made.args),
        opts,
    );
}

function placeOf({ namespace, daemonSetName }: SgxQuoteHelper | NodeProof) {
    return { namespace, daemonSetName };
}

/** Those of its arguments that say where it is; the region comes with the spec. */
function argumentsIn({ place, workspaceId, clusterId, actionGroupIds }: AzureAlertsSpec): AzureAlertsArgs {
    const { resourceGroupName, tags } = place;
    return { workspaceId, clusterId, resourceGroupName, tags, actionGroupIds: [...actionGroupIds] };
}

/** The alerts' place in Azure. Of a new cluster workspace and id are the platform's own. */
function azureAlerts(
    { cluster: { spec }, monitoring }: PlatformSpec,
    given: AzureAlertsSpec,
    cluster: ConfidentialCluster | ExistingCluster,
    parent: pulumi.Resource | undefined,
): AzureAlertsSpec {
    const { resourceGroupName } = cluster;
    const isMade = "metricsWorkspaceId" in cluster;
    // With metrics there is one, which the check has seen to.
    const workspaceId = isMade ? cluster.metricsWorkspaceId.apply((id) => id ?? "") : given.workspaceId;
    // Azure's answer always has one; that of the mocks of unit tests may not.
    const clusterId = isMade ? cluster.clusterId : behindCluster.of(cluster).found.apply(({ id }) => id as string);
    return {
        place: {
            resourceGroupName: monitoring?.given.azure?.resourceGroupName ?? resourceGroupName,
            location: given.place.location ?? regionOfWorkspace("metrics", workspaceId, spec.location, { parent }),
            tags: spec.tags,
        },
        workspaceId,
        clusterId,
        actionGroupIds: given.actionGroupIds,
        isOwn: isMade,
    };
}
