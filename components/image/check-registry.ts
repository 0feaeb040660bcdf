import { integerIn, isLate, matches, missing, notAllowed, oneOf, prefixed, when, type Problem } from "../problems";
import { clouds } from "../shared/clouds";
import { checkId, checkOptionalSubnetId, checkSubnetId, zoneForm } from "../shared/network-ids";
import { AgentTier, RegistrySku, type EnclaveImageArgs, type NewRegistryArgs } from "./args";

/** Either a registry that exists, or settings of a new one. */
export function checkRegistry(
    args: Pick<EnclaveImageArgs, "registryName" | "newRegistry" | "loginServer" | "agentPoolName">,
): Problem[] {
    const { registryName, newRegistry } = args;
    const isNew = "with registryName, which names a registry that exists";
    const isExisting = "without registryName: it is of a registry that exists";
    const ofExisting = (["loginServer", "agentPoolName"] as const).filter((key) => args[key] !== undefined);
    return [
        ...checkRegistryName("registryName", registryName),
        ...checkLoginServer("loginServer", args.loginServer),
        ...checkAgentPoolName("agentPoolName", args.agentPoolName),
        ...(registryName === undefined
            ? ofExisting.map((key) => notAllowed(key, args[key], isExisting, `remove it, or name the registry`))
            : []),
        ...(newRegistry === undefined
            ? []
            : [
                  ...when(
                      registryName !== undefined,
                      notAllowed("newRegistry", newRegistry, isNew, "remove one of the two"),
                  ),
                  ...prefixed("newRegistry", checkNewRegistry(newRegistry)),
              ]),
    ];
}

/** A problem unless the name is one of a registry. An output is checked when its value is known. */
export function checkRegistryName(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    const remedy = "name the registry alone, without .azurecr.io";
    return matches(path, value, /^[A-Za-z0-9]{5,50}$/, "5-50 letters and digits", remedy);
}

/** A problem unless the value is a host. An output is checked when its value is known. */
export function checkLoginServer(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    const expected = "a host name, such as myregistry-abc123.azurecr.io";
    const remedy = "write it as az acr show --query loginServer shows it, without https:// and path";
    return matches(path, value, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)+$/, expected, remedy);
}

/** A problem unless the name is one of an agent pool. An output is checked when its value is known. */
export function checkAgentPoolName(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    return matches(path, value, /^[A-Za-z0-9-]{3,20}$/, "3-20 letters, digits and dashes", "name the agent pool");
}

function checkNewRegistry(args: NewRegistryArgs): Problem[] {
    const { name, sku, privateEndpoint, agentPool, retentionDays } = args;
    return [
        ...checkRegistryName("name", name),
        ...oneOf("sku", sku, RegistrySku),
        ...checkTier(args),
        ...(privateEndpoint === undefined
            ? []
            : [
                  ...checkSubnetId("privateEndpoint.subnetId", privateEndpoint.subnetId),
                  ...checkZoneId("privateEndpoint.privateDnsZoneId", privateEndpoint.privateDnsZoneId),
                  ...when(agentPool === undefined, agentsMissing),
              ]),
        ...(agentPool === undefined
            ? []
            : [
                  ...checkAgentPoolName("agentPool.name", agentPool.name),
                  ...oneOf("agentPool.tier", agentPool.tier, AgentTier),
                  ...integerIn("agentPool.count", agentPool.count, 0, 10),
                  ...checkOptionalSubnetId("agentPool.subnetId", agentPool.subnetId),
                  ...when(privateEndpoint !== undefined && agentPool.subnetId === undefined, agentsOutside),
              ]),
        ...integerIn("retentionDays", retentionDays, 0, 365),
    ];
}

/** What only the tier Premium has (https://learn.microsoft.com/azure/container-registry/container-registry-skus). */
function checkTier(args: NewRegistryArgs): Problem[] {
    if (args.sku === RegistrySku.premium) return [];
    const given = (["privateEndpoint", "agentPool", "retentionDays"] as const).filter((key) => args[key] !== undefined);
    const why = 'without sku "Premium", the only tier that has it';
    return given.map((key) => notAllowed(key, args[key], why, `set sku: Premium, or remove ${key}`));
}

const agentsMissing = missing(
    "agentPool",
    "agents of the registry's own with privateEndpoint: those that all registries share cannot push to it",
    "add agentPool with a subnetId from where the endpoint can be reached",
);

const agentsOutside = missing(
    "agentPool.subnetId",
    "a subnet from where the agents reach the private endpoint",
    "name one of the same network, or of one that is peered with it",
);

const zone = zoneForm(Object.values(clouds).map(({ registrySuffix }) => `privatelink.${registrySuffix}`));

/** A problem unless the value is the id of a registry's private DNS zone; absent is fine. */
export function checkZoneId(path: string, value: unknown): Problem[] {
    return value === undefined ? [] : checkId(path, value, zone);
}
