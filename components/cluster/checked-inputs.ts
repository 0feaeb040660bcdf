import { prefixed } from "../problems";
import { checkResourceGroupName } from "../shared/check-place";
import { checkedLater, checkedListLater, checkedValue, type Subject } from "../shared/checked-later";
import { checkedTags } from "../shared/checked-place";
import { regionNameOf } from "../shared/region";
import {
    checkClientId,
    checkClusterName,
    checkLocation,
    checkNatGatewayId,
    checkPrivateDnsZoneId,
    checkPublicIpId,
    checkRouteTableId,
    checkSubnetId,
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
export function checkedInputs(of: Subject, spec: ClusterSpec): ClusterSpec {
    return {
        ...spec,
        ...checkedClusterPlace(of, spec),
        cluster: checkedNew(of, spec.cluster),
        kubeLogin: checkedLogin(of, spec.kubeLogin),
    };
}

/** The region and the tags, checked likewise. */
export function checkedClusterPlace(of: Subject, { location, tags }: Pick<ClusterSpec, "location" | "tags">) {
    return {
        location: regionNameOf(checkedValue(of, "location", location, checkLocation)),
        tags: checkedTags(of, "tags", tags),
    };
}

/** The same for a cluster that exists. */
export function checkedExisting(of: Subject, spec: ExistingClusterSpec): ExistingClusterSpec {
    const { resourceGroupName, clusterName, namesUnder } = spec;
    const check = (names: Partial<ExistingClusterSpec>) =>
        prefixed(namesUnder, checkExistingNames({ resourceGroupName: "known", clusterName: "known", ...names }));
    return {
        ...spec,
        resourceGroupName: checkedLater(of, resourceGroupName, (known) => check({ resourceGroupName: known })),
        clusterName: checkedLater(of, clusterName, (known) => check({ clusterName: known })),
        enclavePools: spec.enclavePools.map((pool, index) => checkedPool(of, `enclavePools[${index}]`, pool)),
        nodePools: spec.nodePools.map((pool, index) => checkedPool(of, `nodePools[${index}]`, pool)),
        kubeLogin: checkedLogin(of, spec.kubeLogin),
        tags: checkedTags(of, "tags", spec.tags),
    };
}

function checkedPool(of: Subject, path: string, pool: WorkerPoolSpec): WorkerPoolSpec {
    const subnetId = checkedValue(of, `${path}.subnetId`, pool.subnetId, checkSubnetId);
    return { ...pool, subnetId };
}

function checkedLogin(of: Subject, login: KubeLoginSpec | undefined): KubeLoginSpec | undefined {
    if (login === undefined) return undefined;
    return { ...login, clientId: checkedValue(of, "kubeLoginClientId", login.clientId, checkClientId) };
}

function checkedNew(of: Subject, cluster: NewClusterSpec): NewClusterSpec {
    const { network, entra, apiServer } = cluster;
    return {
        ...cluster,
        resourceGroupName: checkedValue(of, "resourceGroupName", cluster.resourceGroupName, checkResourceGroupName),
        clusterName: checkedValue(of, "clusterName", cluster.clusterName, checkClusterName),
        network: checkedNetwork(of, network),
        entra: entra === undefined ? undefined : checkedEntra(of, entra),
        apiServer: checkedApiServer(of, apiServer),
        security: checkedSecurity(of, cluster.security),
        monitoring: checkedMonitoring(of, cluster.monitoring),
    };
}

function checkedNetwork(of: Subject, network: NetworkSpec): NetworkSpec {
    const { subnetId, outbound } = network;
    const { publicIpIds, natGatewayId, routeTableId } = outbound;
    const path = "network.outbound";
    return {
        ...network,
        subnetId: checkedValue(of, "network.subnetId", subnetId, checkSubnetId),
        outbound: {
            ...outbound,
            publicIpIds: publicIpIds.map((id, index) =>
                checkedValue(of, `${path}.publicIpIds[${index}]`, id, checkPublicIpId),
            ),
            natGatewayId: checkedValue(of, `${path}.natGatewayId`, natGatewayId, checkNatGatewayId),
            routeTableId: checkedValue(of, `${path}.routeTableId`, routeTableId, checkRouteTableId),
        },
    };
}

function checkedSecurity(of: Subject, security: SecuritySpec): SecuritySpec {
    const { keyVaultKms: kms, diskEncryptionSetId: disks, defenderWorkspaceId: defender } = security;
    const path = "security.keyVaultKms";
    return {
        ...security,
        keyVaultKms: kms && {
            keyId: checkedValue(of, `${path}.keyId`, kms.keyId, checkKeyId),
            keyVaultId: checkedValue(of, `${path}.keyVaultId`, kms.keyVaultId, checkKeyVaultId),
        },
        diskEncryptionSetId: checkedValue(of, "security.diskEncryptionSetId", disks, checkDiskEncryptionSetId),
        defenderWorkspaceId: checkedValue(of, "security.defenderWorkspaceId", defender, checkWorkspaceId),
    };
}

function checkedMonitoring(of: Subject, monitoring: MonitoringSpec): MonitoringSpec {
    const { prometheusWorkspaceId: metrics, logsWorkspaceId: logs } = monitoring;
    return {
        ...monitoring,
        prometheusWorkspaceId: checkedValue(of, "monitoring.prometheusWorkspaceId", metrics, checkMetricsWorkspaceId),
        logsWorkspaceId: checkedValue(of, "monitoring.logsWorkspaceId", logs, checkWorkspaceId),
    };
}

function checkedEntra(of: Subject, entra: EntraSpec): EntraSpec {
    return {
        ...entra,
        tenantId: checkedValue(of, "entra.tenantId", entra.tenantId, checkTenantId),
        adminGroupObjectIds: checkedListLater(of, "entra.adminGroupObjectIds", entra.adminGroupObjectIds, (groups) =>
            prefixed("entra", checkAdminGroups([...groups], entra.azureRbac)),
        ),
    };
}

function checkedApiServer(of: Subject, apiServer: ApiServerSpec): ApiServerSpec {
    const { authorizedIpRanges: given, privateDnsZoneId: zone } = apiServer;
    const checked = checkedListLater(of, "apiServer.authorizedIpRanges", given, (ranges) =>
        prefixed("apiServer", checkAuthorizedRanges([...ranges])),
    );
    return {
        ...apiServer,
        privateDnsZoneId: checkedValue(of, "apiServer.privateDnsZoneId", zone, checkPrivateDnsZoneId),
        authorizedIpRanges: asRanges(checked),
    };
}
