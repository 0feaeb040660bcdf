import { checkedValue, type Subject } from "../shared/checked-later";
import { checkOptionalSubnetId, checkSubnetId } from "../shared/network-ids";
import { checkAgentPoolName, checkLoginServer, checkRegistryName, checkZoneId } from "./check-registry";
import type { RegistrySpec } from "./spec";

/** The same spec, in which every output is checked as soon as it is known: a bad one stops the program. */
export function checkedRegistry(of: Subject, spec: RegistrySpec): RegistrySpec {
    const { privateEndpoint: endpoint, agentPool } = spec;
    const path = "newRegistry";
    return {
        ...spec,
        existingName: checkedValue(of, "registryName", spec.existingName, checkRegistryName),
        newName: checkedValue(of, `${path}.name`, spec.newName, checkRegistryName),
        loginServer: checkedValue(of, "loginServer", spec.loginServer, checkLoginServer),
        agentPoolName: checkedValue(of, "agentPoolName", spec.agentPoolName, checkAgentPoolName),
        privateEndpoint: endpoint && {
            subnetId: checkedValue(of, `${path}.privateEndpoint.subnetId`, endpoint.subnetId, checkSubnetId),
            privateDnsZoneId: checkedValue(
                of,
                `${path}.privateEndpoint.privateDnsZoneId`,
                endpoint.privateDnsZoneId,
                checkZoneId,
            ),
        },
        agentPool: agentPool && {
            ...agentPool,
            subnetId: checkedValue(of, `${path}.agentPool.subnetId`, agentPool.subnetId, checkOptionalSubnetId),
        },
    };
}
