import type { RoleAssignment } from "@pulumi/azure-native/authorization";
import type * as pulumi from "@pulumi/pulumi";
import { assignRole, roles, type Role } from "../shared/role-assignments";
import { OutboundType } from "./choices";
import type { NodeNetwork } from "./network";
import type { NewClusterSpec } from "./spec";

/** A role of the control plane's identity that AKS asks for before it makes the cluster. */
export interface Right {
    suffix: string;
    role: Role;
    scope: pulumi.Input<string>;
}

/**
 * What the control plane's identity needs: its subnet, and the private DNS zone, public addresses, keys and disk
 * encryption that are not AKS's own. A private cluster links a zone to the VNet, so it needs the whole of that
 * (https://learn.microsoft.com/azure/aks/private-clusters).
 */
export function rightsOf({ network, apiServer, security }: NewClusterSpec, nodes: NodeNetwork | undefined): Right[] {
    const { outbound } = network;
    const isPrivate = apiServer.privateCluster;
    const addresses = outbound.type === OutboundType.loadBalancer ? outbound.publicIpIds : [];
    return [
        ...(nodes === undefined
            ? []
            : [
                  {
                      suffix: "network",
                      role: roles.networkContributor,
                      scope: isPrivate ? nodes.vnetId : nodes.subnetId,
                  },
              ]),
        ...(isPrivate && apiServer.privateDnsZoneId !== undefined
            ? [{ suffix: "dns-zone", role: roles.privateDnsZoneContributor, scope: apiServer.privateDnsZoneId }]
            : []),
        ...(security.keyVaultKms === undefined
            ? []
            : [{ suffix: "kms", role: roles.keyVaultCryptoUser, scope: security.keyVaultKms.keyVaultId }]),
        ...(security.diskEncryptionSetId === undefined
            ? []
            : [{ suffix: "disks", role: roles.diskEncryptionReader, scope: security.diskEncryptionSetId }]),
        ...addresses.map((scope, index) => {
            return { suffix: `outbound-${index + 1}`, role: roles.outboundAddress, scope };
        }),
    ];
}

/** The role assignments of the control plane's identity, which the cluster waits for. */
export function assignRights(
    name: string,
    rights: readonly Right[],
    principalId: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): RoleAssignment[] {
    return rights.map(({ suffix, role, scope }) => assignRole(`${name}-${suffix}`, principalId, role, scope, opts));
}
