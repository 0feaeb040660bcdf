import { integerIn, matches, type Problem } from "../problems";
import type { Scale } from "./pools";

/** AKS allows at most this many nodes in a pool. */
const maxNodes = 1000;

/** Name of a Linux pool (https://learn.microsoft.com/azure/aks/create-node-pools#limitations). */
export function checkPoolName(name: unknown): Problem[] {
    return matches(
        "name",
        name,
        /^[a-z][a-z0-9]{0,11}$/,
        "1-12 lower-case letters and digits, starting with a letter",
        "AKS accepts no other pool names: shorten it, and leave dashes and capitals out",
    );
}

/** Either a count, or both bounds of the autoscaler in the right order. */
export function checkScale(pool: Scale, smallest: number): Problem[] {
    const { count, minCount, maxCount } = pool;
    const problems = [
        ...integerIn("count", count, smallest, maxNodes),
        ...integerIn("minCount", minCount, smallest, maxNodes),
        ...integerIn("maxCount", maxCount, 1, maxNodes),
    ];
    const autoscaled = minCount !== undefined || maxCount !== undefined;
    if (count !== undefined && autoscaled) {
        problems.push({
            path: "count",
            value: count,
            expected: "either count, or minCount and maxCount: the autoscaler owns the number of nodes",
            remedy: "remove count, or both bounds",
        });
    }
    if (autoscaled && (minCount === undefined || maxCount === undefined)) {
        const missing = minCount === undefined ? "minCount" : "maxCount";
        problems.push({
            path: missing,
            value: undefined,
            expected: "both bounds, when one is given",
            remedy: `add ${missing}`,
        });
    }
    if (minCount !== undefined && maxCount !== undefined && minCount > maxCount) {
        problems.push({
            path: "minCount",
            value: minCount,
            expected: `at most maxCount (${maxCount})`,
            remedy: "swap the bounds, or correct one",
        });
    }
    return problems;
}

/** Zones are the strings "1", "2", "3". */
export function checkZones(zones: readonly unknown[] | undefined): Problem[] {
    return (zones ?? []).flatMap((zone, index) => {
        const path = `availabilityZones[${index}]`;
        if ((zones ?? []).indexOf(zone) < index) {
            return [{ path, value: zone, expected: "each zone once", remedy: "remove it" }];
        }
        return matches(path, zone, /^[123]$/, 'a zone: "1", "2" or "3", as text', "quote the number");
    });
}
