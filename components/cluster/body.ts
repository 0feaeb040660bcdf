import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { QuotingSource } from "./choices";
import type { Identity } from "../shared/user-assigned-identity";
import { monitoringAddons, monitoringBody, type MonitoringWorkspaces } from "./monitoring";
import { networkProfile } from "./network";
import { securityAddons, securityBody } from "./security";
import type { ClusterSpec, NewClusterSpec } from "./spec";
import type { ApiServerSpec, EntraSpec } from "./spec-access";
import type { AutoscalerSpec } from "./spec-operations";
import { systemPoolProfile } from "./system-pool";

/** What the body of a cluster refers to. */
interface BodyParts {
    /** Undefined: AKS makes one. */
    subnetId: pulumi.Input<string> | undefined;
    controlPlane: Identity;
    workspaces: MonitoringWorkspaces;
}

/** The `ManagedCluster` body: everything but where it is. */
export function managedClusterBody(
    name: string,
    { kubernetesVersion, quoting }: ClusterSpec,
    cluster: NewClusterSpec,
    { subnetId, controlPlane, workspaces }: BodyParts,
): Omit<ManagedClusterArgs, "resourceGroupName"> {
    return {
        resourceName: cluster.clusterName,
        kubernetesVersion: kubernetesVersion?.text,
        dnsPrefix: dnsPrefix(name),
        enableRBAC: true,
        sku: { name: "Base", tier: cluster.tier },
        identity: { type: "UserAssigned", userAssignedIdentities: [controlPlane.id] },
        agentPoolProfiles: [systemPoolProfile(cluster.systemPool, subnetId)],
        networkProfile: networkProfile(cluster.network),
        oidcIssuerProfile: { enabled: true },
        ...securityBody(cluster.security),
        ...monitoringBody(cluster.monitoring),
        autoUpgradeProfile: {
            upgradeChannel: cluster.upgradeChannel,
            nodeOSUpgradeChannel: cluster.nodeOsUpgradeChannel,
        },
        autoScalerProfile: autoScalerProfile(cluster.autoscaler),
        addonProfiles: {
            ...sgxAddon(quoting),
            ...securityAddons(cluster.security),
            ...monitoringAddons(cluster.monitoring, workspaces),
        },
        apiServerAccessProfile: apiServerAccess(cluster.apiServer),
        ...(cluster.entra === undefined ? {} : signIn(cluster.entra)),
    };
}

/** AKS takes numbers as text, times with their unit. */
function autoScalerProfile(spec: AutoscalerSpec | undefined): ManagedClusterArgs["autoScalerProfile"] {
    if (spec === undefined) return undefined;
    return {
        scaleDownUnneededTime: `${spec.scaleDownUnneededMinutes}m`,
        scaleDownDelayAfterAdd: `${spec.scaleDownDelayAfterAddMinutes}m`,
        maxNodeProvisionTime: `${spec.maxNodeProvisionMinutes}m`,
        maxGracefulTerminationSec: String(spec.maxGracefulTerminationSeconds),
        expander: spec.expander,
    };
}

/** The AKS SGX add-on; its switch for the quote helper is a string (facts of the ARM contract, default "false"). */
function sgxAddon(quoting: QuotingSource) {
    if (quoting !== QuotingSource.addon) return { ACCSGXDevicePlugin: { enabled: false } };
    return { ACCSGXDevicePlugin: { enabled: true, config: { ACCSGXQuoteHelperEnabled: "true" } } };
}

/** Commands through Azure's API bypass the API server's ranges, so they are off. */
function apiServerAccess(spec: ApiServerSpec): ManagedClusterArgs["apiServerAccessProfile"] {
    return {
        authorizedIPRanges: spec.authorizedIpRanges,
        ...(spec.privateCluster
            ? { enablePrivateCluster: true, privateDNSZone: spec.privateDnsZoneId ?? spec.privateDnsZone }
            : {}),
        disableRunCommand: true,
    };
}

function signIn(entra: EntraSpec): Pick<ManagedClusterArgs, "aadProfile" | "disableLocalAccounts"> {
    return {
        disableLocalAccounts: true,
        aadProfile: {
            managed: true,
            enableAzureRBAC: entra.azureRbac,
            adminGroupObjectIDs: entra.adminGroupObjectIds,
            tenantID: entra.tenantId,
        },
    };
}

/** First label of the API server's name: letters, digits and dashes, 54 at most. */
function dnsPrefix(name: string): string {
    const cleaned = name.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+/, "");
    return cleaned.slice(0, 54).replace(/-+$/, "") || "aks";
}
