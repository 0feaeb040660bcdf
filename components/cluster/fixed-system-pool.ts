/** What is compared of the system pool in the body of a cluster. */
export interface FixedSettings {
    name?: unknown;
    vmSize?: unknown;
    osDiskSizeGB?: unknown;
    availabilityZones?: unknown;
    enableEncryptionAtHost?: unknown;
}

/** What AKS fixes when it makes a pool, as the arguments call it, with its value in a form that can be compared. */
const fixed: readonly (readonly [string, (pool: FixedSettings) => unknown])[] = [
    ["systemPool.vmSize", ({ vmSize }) => vmSize],
    ["systemPool.osDiskSizeGb", ({ osDiskSizeGB }) => osDiskSizeGB],
    ["systemPool.availabilityZones", ({ availabilityZones: zones }) => zonesText(zones)],
    ["security.encryptionAtHost", ({ enableEncryptionAtHost }) => enableEncryptionAtHost === true],
];

/** In any order; a body that leaves them out has none. */
const zonesText = (zones: unknown) => (Array.isArray(zones) && zones.length > 0 ? [...zones].sort().join() : "none");

/**
 * Why AKS would refuse the system pool of a cluster that exists, which is the one of these pools that is in the list
 * `sent`, or would make a second one. Undefined: it would not. `pools` are those that Pulumi's state has in the body.
 */
export function refusedSystemPool(
    pools: readonly FixedSettings[],
    sent: readonly FixedSettings[],
    clusterUrn: string,
): string | undefined {
    const found = sent.flatMap((pool) => {
        const old = pools.find(({ name }) => name === pool.name);
        if (old === undefined) return pools.length === 0 ? [] : [`systemPool.name ${String(pool.name)}`];
        return fixed.flatMap(([path, of]) => {
            const [before, after] = [of(old), of(pool)];
            // What is left out is as AKS has it.
            return after === undefined || before === after ? [] : [`${path} from ${String(before)} to ${String(after)}`];
        });
    });
    if (found.length === 0) return undefined;
    return (
        `AKS fixes this of the system pool when it makes the cluster: ${found.join("; ")}. What to do: set it back, or ` +
        `replace the cluster with all that runs on it: pulumi up --replace '${clusterUrn}'.`
    );
}
