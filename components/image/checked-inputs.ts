import { prefixed, type Problem } from "../problems";
import { checkedLater } from "../shared/checked-later";
import { checkAgentPoolName, checkLoginServer, checkRegistryName, checkSubnetId, checkZoneId } from "./check-registry";
import type { RegistrySpec } from "./spec";

/** Whose arguments these are, and where in them the registry's are. */
export interface RegistrySubject {
    subject: string;
    /** Path of the group that has them; empty: none. */
    under: string;
}

/** The same spec, in which every output is checked as soon as it is known: a bad one stops the program. */
export function checkedRegistry({ subject, under }: RegistrySubject, spec: RegistrySpec): RegistrySpec {
    const later = <I>(input: I, check: (known: unknown) => Problem[]) =>
        checkedLater(subject, input, (known) => prefixed(under, check(known)));
    const { privateEndpoint, agentPool } = spec;
    const path = "newRegistry";
    return {
        ...spec,
        existingName: later(spec.existingName, (name) => checkRegistryName("registryName", name)),
        newName: later(spec.newName, (name) => checkRegistryName(`${path}.name`, name)),
        loginServer: later(spec.loginServer, checkLoginServer),
        agentPoolName: later(spec.agentPoolName, (name) => checkAgentPoolName("agentPoolName", name)),
        privateEndpoint: privateEndpoint && {
            subnetId: later(privateEndpoint.subnetId, (id) => checkSubnetId(`${path}.privateEndpoint.subnetId`, id)),
            privateDnsZoneId: later(privateEndpoint.privateDnsZoneId, (id) =>
                checkZoneId(`${path}.privateEndpoint.privateDnsZoneId`, id),
            ),
        },
        agentPool: agentPool && {
            ...agentPool,
            subnetId: later(agentPool.subnetId, (id) =>
                id === undefined ? [] : checkSubnetId(`${path}.agentPool.subnetId`, id),
            ),
        },
    };
}
