import { isEffect, type Seen } from "./check.js";

/** Makes one finding, with all their places, of those that say the same. It is mended as the first of them is. */
export function gathered(seen: readonly Seen[]): Seen[] {
    const all = new Map<string, Seen>();
    for (const each of seen) {
        const key = isEffect(each) ? each.because : JSON.stringify([each.reason, each.severity, each.seen]);
        const before = all.get(key);
        if (before === undefined || isEffect(before) || isEffect(each)) all.set(key, each);
        else all.set(key, { ...before, where: [...before.where, ...each.where] });
    }
    return [...all.values()].map((each) => (isEffect(each) ? each : { ...each, where: once(each.where) }));
}

/** Each place once. */
function once<T>(places: readonly T[]): T[] {
    return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}
