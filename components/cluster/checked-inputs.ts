import { prefixed } from "../problems";
import { checkedLater, checkedListLater } from "../shared/checked-later";
import {
    checkClientId,
    checkClusterName,
    checkLocation,
    checkNatGatewayId,
    checkPrivateDnsZoneId,
    checkPublicIpId,
    checkResourceGroupName,
    checkRouteTableId,
    checkSubnetId,
    checkTags,
    checkTenantId,
} from "./check-names";
import { checkExistingNames, type ExistingClusterSpec } from "./existing-spec";
import type { KubeLoginSpec } from "./kubeconfig";
import type { ClusterSpec, NewClusterSpec } from "./spec";
import { checkMetricsWorkspaceId, type MonitoringSpec } from "./spec-monitoring";
import type { NetworkSpec } from "./spec-network";
import type { WorkerPoolSpec } from "./spec-pools";
import {
    checkDiskEncryptionSetId,
    checkKeyId,
    checkKeyVaultId,
    checkWorkspaceId,
    type SecuritySpec,
} from "./spec-security";
import { asRanges, checkAdminGroups, checkAuthorizedRanges, type ApiServerSpec, type EntraSpec } from "./spec-access";

/** The same spec, in which every output is checked as soon as it is known: a bad one stops the program. */
export function checkedInputs(subject: string, spec: ClusterSpec): ClusterSpec {
    return {
        ...spec,
        cluster: checkedNew(subject, spec.cluster),
        kubeLogin: checkedLogin(subject, spec.kubeLogin),
        location: checkedLater(subject, spec.location, checkLocation),
        tags: checkedLater(subject, spec.tags, checkTags),
    };
}

/** The same for a cluster that exists. */
export function checkedExisting(subject: string, spec: ExistingClusterSpec): ExistingClusterSpec {
    const { resourceGroupName, clusterName, namesUnder } = spec;
    const check = (names: Partial<ExistingClusterSpec>) =>
        prefixed(namesUnder, checkExistingNames({ resourceGroupName: "known", clusterName: "known", ...names }));
    return {
        ...spec,
        resourceGroupName: checkedLater(subject, resourceGroupName, (known) => check({ resourceGroupName: known })),
        clusterName: checkedLater(subject, clusterName, (known) => check({ clusterName: known })),
        enclavePools: spec.enclavePools.map((pool, index) => checkedPool(subject, `enclavePools[${index}]`, pool)),
        nodePools: spec.nodePools.map((pool, index) => checkedPool(subject, `nodePools[${index}]`, pool)),
        kubeLogin: checkedLogin(subject, spec.kubeLogin),
        tags: checkedLater(subject, spec.tags, checkTags),
    };
}

function checkedPool(subject: string, path: string, pool: WorkerPoolSpec): WorkerPoolSpec {
    const subnetId = checkedLater(subject, pool.subnetId, (id) => checkSubnetId(`${path}.subnetId`, id));
    return { ...pool, subnetId };
}

function checkedLogin(subject: string, login: KubeLoginSpec | undefined): KubeLoginSpec | undefined {
    if (login === undefined) return undefined;
    const clientId = checkedLater(subject, login.clientId, (id) => checkClientId("kubeLoginClientId", id));
    return { ...login, clientId };
}

function checkedNew(subject: string, cluster: NewClusterSpec): NewClusterSpec {
    const { network, entra, apiServer } = cluster;
    return {
        ...cluster,
        resourceGroupName: checkedLater(subject, cluster.resourceGroupName, checkResourceGroupName),
        clusterName: checkedLater(subject, cluster.clusterName, checkClusterName),
        network: checkedNetwork(subject, network),
        entra: entra === undefined ? undefined : checkedEntra(subject, entra),
        apiServer: checkedApiServer(subject, apiServer),
        security: checkedSecurity(subject, cluster.security),
        monitoring: checkedMonitoring(subject, cluster.monitoring),
    };
}

function checkedNetwork(subject: string, network: NetworkSpec): NetworkSpec {
    const { subnetId, outbound } = network;
    const path = "network.outbound";
    return {
        ...network,
        subnetId: checkedLater(subject, subnetId, (id) => checkSubnetId("network.subnetId", id)),
        outbound: {
            ...outbound,
            publicIpIds: outbound.publicIpIds.map((given, index) => {
                return checkedLater(subject, given, (id) => checkPublicIpId(`${path}.publicIpIds[${index}]`, id));
            }),
            natGatewayId: checkedLater(subject, outbound.natGatewayId, (id) => {
                return checkNatGatewayId(`${path}.natGatewayId`, id);
            }),
            routeTableId: checkedLater(subject, outbound.routeTableId, (id) => {
                return checkRouteTableId(`${path}.routeTableId`, id);
            }),
        },
    };
}

function checkedSecurity(subject: string, security: SecuritySpec): SecuritySpec {
    const { keyVaultKms: kms, diskEncryptionSetId, defenderWorkspaceId } = security;
    const path = "security.keyVaultKms";
    return {
        ...security,
        keyVaultKms:
            kms === undefined
                ? undefined
                : {
                      keyId: checkedLater(subject, kms.keyId, (id) => checkKeyId(`${path}.keyId`, id)),
                      keyVaultId: checkedLater(subject, kms.keyVaultId, (id) => {
                          return checkKeyVaultId(`${path}.keyVaultId`, id);
                      }),
                  },
        diskEncryptionSetId: checkedLater(subject, diskEncryptionSetId, (id) => {
            return checkDiskEncryptionSetId("security.diskEncryptionSetId", id);
        }),
        defenderWorkspaceId: checkedLater(subject, defenderWorkspaceId, (id) => {
            return checkWorkspaceId("security.defenderWorkspaceId", id);
        }),
    };
}

function checkedMonitoring(subject: string, monitoring: MonitoringSpec): MonitoringSpec {
    const { prometheusWorkspaceId, logsWorkspaceId } = monitoring;
    return {
        ...monitoring,
        prometheusWorkspaceId: checkedLater(subject, prometheusWorkspaceId, (id) => {
            return checkMetricsWorkspaceId("monitoring.prometheusWorkspaceId", id);
        }),
        logsWorkspaceId: checkedLater(subject, logsWorkspaceId, (id) => {
            return checkWorkspaceId("monitoring.logsWorkspaceId", id);
        }),
    };
}

function checkedEntra(subject: string, entra: EntraSpec): EntraSpec {
    return {
        ...entra,
        tenantId: checkedLater(subject, entra.tenantId, (id) => checkTenantId("entra.tenantId", id)),
        adminGroupObjectIds: checkedListLater(
            subject,
            "entra.adminGroupObjectIds",
            entra.adminGroupObjectIds,
            (groups) => prefixed("entra", checkAdminGroups([...groups], entra.azureRbac)),
        ),
    };
}

function checkedApiServer(subject: string, apiServer: ApiServerSpec): ApiServerSpec {
    const { authorizedIpRanges: given } = apiServer;
    const checked = checkedListLater(subject, "apiServer.authorizedIpRanges", given, (ranges) =>
        prefixed("apiServer", checkAuthorizedRanges([...ranges])),
    );
    const privateDnsZoneId = checkedLater(subject, apiServer.privateDnsZoneId, (id) => {
        return checkPrivateDnsZoneId("apiServer.privateDnsZoneId", id);
    });
    return { ...apiServer, privateDnsZoneId, authorizedIpRanges: asRanges(checked) };
}
