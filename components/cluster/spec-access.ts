import * as pulumi from "@pulumi/pulumi";
import { isLate, missing, notAllowed, oneOf, when, type Problem } from "../problems";
import type { InputList } from "../shared/checked-later";
import type { ConfidentialClusterArgs } from "./args";
import type { ApiServerArgs, EntraArgs } from "./args-network";
import { KubeLogin, PrivateDnsZone } from "./choices";
import { checkClientId, checkGroupId, checkPrivateDnsZoneId, checkTenantId } from "./check-names";
import { asRange, checkRange } from "../shared/cidr";
import { apiServerDefaults, entraDefaults } from "./defaults";
import type { KubeLoginSpec } from "./kubeconfig";
import { modesWithClientId } from "./kubelogin";

/** Sign-in with Microsoft Entra ID. */
export interface EntraSpec {
    /** Undefined: no group, Azure roles decide. */
    adminGroupObjectIds: InputList<string> | undefined;
    /** Undefined: the subscription's tenant. */
    tenantId: pulumi.Input<string> | undefined;
    azureRbac: boolean;
}

/** Who reaches the API server. */
export interface ApiServerSpec {
    /** All in CIDR notation. Undefined: any address. */
    authorizedIpRanges: InputList<string> | undefined;
    privateCluster: boolean;
    privateDnsZone: PrivateDnsZone;
    /** Undefined: what `privateDnsZone` says. */
    privateDnsZoneId: pulumi.Input<string> | undefined;
}

export function entraSpec(args: EntraArgs): EntraSpec {
    return {
        adminGroupObjectIds: args.adminGroupObjectIds,
        tenantId: args.tenantId,
        azureRbac: args.azureRbac ?? entraDefaults.azureRbac,
    };
}

export function apiServerSpec(args: ApiServerArgs): ApiServerSpec {
    return {
        authorizedIpRanges: args.authorizedIpRanges,
        privateCluster: args.privateCluster ?? apiServerDefaults.privateCluster,
        privateDnsZone: args.privateDnsZone ?? apiServerDefaults.privateDnsZone,
        privateDnsZoneId: args.privateDnsZoneId,
    };
}

/** The ranges as Azure writes them: a single address is one, too. */
export function asRanges(list: InputList<string> | undefined): InputList<string> | undefined {
    if (list === undefined) return undefined;
    if (!Array.isArray(list)) {
        // An output may turn out to be nothing, whatever its type says.
        return pulumi.output(list).apply((ranges: string[] | undefined) => ranges?.map(asRange) as string[]);
    }
    return list.map((range) => (typeof range === "string" ? asRange(range) : pulumi.output(range).apply(asRange)));
}

export function checkEntra({ adminGroupObjectIds, tenantId, azureRbac }: EntraArgs): Problem[] {
    return [...checkAdminGroups(adminGroupObjectIds, azureRbac === true), ...checkTenantId("tenantId", tenantId)];
}

/** Problems of the groups that administer a cluster; those of an output as soon as it is known. */
export function checkAdminGroups(groups: InputList<string> | undefined, azureRbac: boolean): Problem[] {
    const path = "adminGroupObjectIds";
    if (groups !== undefined && !Array.isArray(groups)) return [];
    const noAdministrator = missing(
        path,
        "at least one group: local accounts are off with Entra ID, so without a group the cluster would have no administrator",
        "name a group, or set azureRbac: true and assign Azure roles",
        groups,
    );
    return [
        ...(groups ?? []).flatMap((id, index) => checkGroupId(`${path}[${index}]`, id)),
        ...when((groups ?? []).length === 0 && !azureRbac, noAdministrator),
    ];
}

export function checkApiServer(args: ApiServerArgs): Problem[] {
    const { authorizedIpRanges: ranges, privateCluster, privateDnsZone, privateDnsZoneId: zoneId } = args;
    const path = "authorizedIpRanges";
    const isPrivate = privateCluster === true;
    return [
        ...checkAuthorizedRanges(ranges),
        ...oneOf("privateDnsZone", privateDnsZone, PrivateDnsZone),
        ...when(
            ranges !== undefined && isPrivate,
            notAllowed(path, ranges, "with privateCluster: true: AKS refuses both", "remove one of the two"),
        ),
        ...when(
            privateDnsZone !== undefined && !isPrivate,
            notAllowed(
                "privateDnsZone",
                privateDnsZone,
                "without privateCluster: true: only a private API server has a private zone",
                "set privateCluster: true or remove privateDnsZone",
            ),
        ),
        ...checkPrivateDnsZoneId("privateDnsZoneId", zoneId),
        ...when(
            zoneId !== undefined && !isPrivate,
            notAllowed(
                "privateDnsZoneId",
                zoneId,
                "without privateCluster: true: only a private API server has a private zone",
                "set privateCluster: true or remove privateDnsZoneId",
            ),
        ),
        ...when(
            zoneId !== undefined && privateDnsZone !== undefined,
            notAllowed(
                "privateDnsZone",
                privateDnsZone,
                "with privateDnsZoneId: that zone is used",
                "remove one of the two",
            ),
        ),
    ];
}

/** Problems of the ranges that reach the API server; those of an output as soon as it is known. */
export function checkAuthorizedRanges(ranges: InputList<string> | undefined): Problem[] {
    const path = "authorizedIpRanges";
    if (!Array.isArray(ranges)) return [];
    const none = missing(
        path,
        "at least one range: AKS takes an empty list for no restriction",
        "name the ranges, or remove authorizedIpRanges",
        ranges,
    );
    return [
        ...ranges.flatMap((range, index) => {
            return isLate(range) ? [] : checkRange(`${path}[${index}]`, asRange(range as string));
        }),
        ...when(ranges.length === 0, none),
    ];
}

/** The login of a cluster with Entra ID; undefined without. */
export function kubeLoginSpec(
    mode: KubeLogin | undefined,
    clientId: pulumi.Input<string> | undefined,
): KubeLoginSpec | undefined {
    return mode === undefined ? undefined : { mode, clientId };
}

/** What is wrong with the login and its client id; `mode` is the one in effect. */
export function checkKubeLogin(
    { kubeLogin, kubeLoginClientId: clientId }: Pick<ConfidentialClusterArgs, "kubeLogin" | "kubeLoginClientId">,
    mode: KubeLogin | undefined,
): Problem[] {
    const path = "kubeLoginClientId";
    const wrongMode = oneOf("kubeLogin", kubeLogin, KubeLogin);
    if (clientId === undefined || wrongMode.length > 0) return wrongMode;
    const taking = modesWithClientId.map((each) => JSON.stringify(each)).join(", ");
    const why = `without kubeLogin ${taking}: no other mode takes a client id`;
    if (mode === undefined || !modesWithClientId.includes(mode)) {
        return [notAllowed(path, clientId, why, `remove ${path}, or set kubeLogin to one of these`)];
    }
    return checkClientId(path, clientId);
}
