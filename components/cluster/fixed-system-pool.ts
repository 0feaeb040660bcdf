/** What is compared of the system pool in the body of a cluster. */
interface FixedSettings {
    name?: unknown;
    vmSize?: unknown;
    osDiskSizeGB?: unknown;
    availabilityZones?: unknown;
    enableEncryptionAtHost?: unknown;
}

/** What AKS fixes when it makes a pool, as the arguments call it, with its value in a form that can be compared. */
const fixed: readonly (readonly [string, (pool: FixedSettings) => string | undefined])[] = [
    ["systemPool.vmSize", ({ vmSize }) => textOf(vmSize)],
    ["systemPool.osDiskSizeGb", ({ osDiskSizeGB }) => textOf(osDiskSizeGB)],
    ["systemPool.availabilityZones", ({ availabilityZones: zones }) => zonesText(zones)],
    ["security.encryptionAtHost", ({ enableEncryptionAtHost }) => String(enableEncryptionAtHost === true)],
];

const textOf = (value: unknown) => (typeof value === "string" || typeof value === "number" ? `${value}` : undefined);

/** In any order; a body that leaves them out has none. */
function zonesText(zones: unknown): string {
    return Array.isArray(zones) && zones.length > 0 ? [...(zones as string[])].sort().join() : "none";
}

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
        if (old === undefined) return pools.length === 0 ? [] : [`systemPool.name ${textOf(pool.name) ?? ""}`];
        return fixed.flatMap(([path, of]) => {
            const [before, after] = [of(old), of(pool)];
            // What one side leaves out is as AKS has it.
            if (before === undefined || after === undefined || before === after) return [];
            return [`${path} from ${before} to ${after}`];
        });
    });
    if (found.length === 0) return undefined;
    return (
        `AKS fixes this of the system pool when it makes the cluster: ${found.join("; ")}. What to do: set it back, or ` +
        `replace the cluster with all that runs on it: pulumi up --replace '${clusterUrn}'.`
    );
}
