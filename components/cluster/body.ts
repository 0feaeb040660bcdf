import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import {
    ClusterTier,
    NodeOsUpgradeChannel,
    QuotingSource,
    UpgradeChannel,
    type ConfidentialClusterArgs,
    type NetworkMode,
} from "./args";
import { asRange } from "./cidr";
import type { ClusterIdentity } from "./identity";
import { networkProfile } from "./network";
import { systemPoolProfile } from "./pools";

/** What the body of a cluster refers to. */
interface BodyParts {
    mode: NetworkMode;
    subnetId: pulumi.Input<string> | undefined;
    controlPlane: ClusterIdentity;
    kubelet: ClusterIdentity;
}

/** The `ManagedCluster` body: everything but where it is. */
export function managedClusterBody(
    name: string,
    args: ConfidentialClusterArgs,
    { mode, subnetId, controlPlane, kubelet }: BodyParts,
): Omit<ManagedClusterArgs, "resourceGroupName"> {
    return {
        ...(args.clusterName === undefined ? {} : { resourceName: args.clusterName }),
        ...(args.kubernetesVersion === undefined ? {} : { kubernetesVersion: args.kubernetesVersion }),
        dnsPrefix: dnsPrefix(name),
        enableRBAC: true,
        sku: { name: "Base", tier: args.tier ?? ClusterTier.free },
        identity: { type: "UserAssigned", userAssignedIdentities: [controlPlane.id] },
        identityProfile: {
            kubeletidentity: { resourceId: kubelet.id, clientId: kubelet.clientId, objectId: kubelet.principalId },
        },
        agentPoolProfiles: [systemPoolProfile(args.systemPool ?? {}, subnetId)],
        networkProfile: networkProfile(mode, args.network ?? {}),
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true } },
        autoUpgradeProfile: {
            upgradeChannel: args.upgradeChannel ?? UpgradeChannel.none,
            nodeOSUpgradeChannel: args.nodeOsUpgradeChannel ?? NodeOsUpgradeChannel.nodeImage,
        },
        addonProfiles: addonProfiles(args.quoting),
        apiServerAccessProfile: apiServerAccess(args),
        ...entra(args),
    };
}

/** The AKS SGX add-on; its switch for the quote helper is a string (facts of the ARM contract, default "false"). */
function addonProfiles(quoting: QuotingSource | undefined): ManagedClusterArgs["addonProfiles"] {
    if (quoting !== QuotingSource.addon) return { ACCSGXDevicePlugin: { enabled: false } };
    return { ACCSGXDevicePlugin: { enabled: true, config: { ACCSGXQuoteHelperEnabled: "true" } } };
}

/** Commands through Azure's API bypass the API server's ranges, so they are off. */
function apiServerAccess({ apiServer = {} }: ConfidentialClusterArgs): ManagedClusterArgs["apiServerAccessProfile"] {
    const { authorizedIpRanges, privateCluster, privateDnsZone } = apiServer;
    return {
        ...(authorizedIpRanges === undefined ? {} : { authorizedIPRanges: authorizedIpRanges.map(asRange) }),
        ...(privateCluster === true ? { enablePrivateCluster: true, privateDNSZone: privateDnsZone ?? "system" } : {}),
        disableRunCommand: true,
    };
}

function entra({
    entra: args,
}: ConfidentialClusterArgs): Pick<ManagedClusterArgs, "aadProfile" | "disableLocalAccounts"> {
    if (args === undefined) return {};
    return {
        disableLocalAccounts: true,
        aadProfile: {
            managed: true,
            enableAzureRBAC: args.azureRbac ?? false,
            ...(args.adminGroupObjectIds === undefined ? {} : { adminGroupObjectIDs: args.adminGroupObjectIds }),
            ...(args.tenantId === undefined ? {} : { tenantID: args.tenantId }),
        },
    };
}

/** First label of the API server's name: letters, digits and dashes, 54 at most. */
function dnsPrefix(name: string): string {
    const cleaned = name.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+/, "");
    return cleaned.slice(0, 54).replace(/-+$/, "") || "aks";
}
