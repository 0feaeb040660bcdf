import { duplicate, integerIn, invalid, matches, missing, notAllowed, when, type Problem } from "../problems";
import { sgxVmSizes } from "../sgx";
import { longestPoolName } from "./pool-name";
import type { Scale } from "./spec-pools";

/** AKS allows at most this many nodes in a pool. */
const maxNodes = 1000;

/** Name of a Linux pool in Azure (https://learn.microsoft.com/azure/aks/create-node-pools#limitations). */
export function checkPoolName(name: unknown): Problem[] {
    return matches(
        "name",
        name,
        /^[a-z][a-z0-9]{0,11}$/,
        "1-12 lower-case letters and digits, starting with a letter",
        "AKS accepts no other pool names: shorten it, and leave dashes and capitals out",
    );
}

/** Name of a pool that a hash is added to. */
export function checkShortPoolName(name: unknown): Problem[] {
    const why =
        "AKS allows 12 characters, and 4 of them are a hash, so that a new pool can come before the old one goes";
    return matches(
        "name",
        name,
        new RegExp(`^[a-z][a-z0-9]{0,${longestPoolName - 1}}$`),
        `1-${longestPoolName} lower-case letters and digits, starting with a letter`,
        `${why}: shorten it, and leave dashes and capitals out`,
    );
}

/** Either a count, or both bounds of the autoscaler in the right order. */
export function checkScale({ count, minCount, maxCount }: Scale, smallest: number): Problem[] {
    const autoscaled = minCount !== undefined || maxCount !== undefined;
    const bothBounds = minCount !== undefined && maxCount !== undefined;
    const absent = minCount === undefined ? "minCount" : "maxCount";
    const why = "with minCount and maxCount: the autoscaler owns the number of nodes";
    const order = `at most maxCount (${maxCount})`;
    return [
        ...integerIn("count", count, smallest, maxNodes),
        ...integerIn("minCount", minCount, smallest, maxNodes),
        ...integerIn("maxCount", maxCount, 1, maxNodes),
        ...when(count !== undefined && autoscaled, notAllowed("count", count, why, "remove count, or both bounds")),
        ...when(autoscaled && !bothBounds, missing(absent, "both bounds, when one is given", `add ${absent}`)),
        ...when(
            bothBounds && minCount > maxCount,
            invalid("minCount", minCount, order, "swap the bounds, or correct one"),
        ),
    ];
}

/** Zones are the strings "1", "2", "3". */
export function checkZones(zones: readonly unknown[] = []): Problem[] {
    return zones.flatMap((zone, index) => {
        const path = `availabilityZones[${index}]`;
        const first = zones.indexOf(zone);
        if (first < index) return [duplicate(path, zone, `by availabilityZones[${first}]`, "remove it")];
        return matches(path, zone, /^[123]$/, 'a zone: "1", "2" or "3", as text', "quote the number");
    });
}

/** A VM size in Azure's spelling, and without SGX. `why` says what is wrong with SGX there. */
export function checkPlainSize(vmSize: unknown, why: string, remedy: string): Problem[] {
    const path = "vmSize";
    const isSgx = sgxVmSizes.some(({ name }) => name.toLowerCase() === String(vmSize).toLowerCase());
    const expected = "a VM size such as Standard_D4s_v5";
    return [
        ...matches(path, vmSize, /^Standard_[A-Za-z0-9_-]+$/, expected, "use Azure's spelling"),
        ...when(isSgx, notAllowed(path, vmSize, why, remedy)),
    ];
}
