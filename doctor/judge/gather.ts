import type { Finding, Place } from "../model/report.js";
import { isEffect, isOpen, type Seen } from "./check.js";

type Found = Omit<Finding, "code">;

/** Makes one finding, with all their places, of those that say the same, and one advice for all of them. */
export function gathered(seen: readonly Seen[]): Seen[] {
    const all = new Map<string, Seen | Found[]>();
    for (const each of seen) {
        if (isEffect(each) || isOpen(each)) {
            all.set(isOpen(each) ? each.needs : each.because, each);
            continue;
        }
        const key = JSON.stringify([each.reason, each.severity, each.seen]);
        const before = all.get(key);
        if (Array.isArray(before)) before.push(each);
        else all.set(key, [each]);
    }
    return [...all.values()].flatMap((each) => (Array.isArray(each) ? together(each) : [each]));
}

function together(alike: readonly Found[]): Found[] {
    const [first] = alike;
    if (first === undefined) return [];
    return [{ ...first, where: once(alike.flatMap(({ where }) => where)), fix: fixOf(first, alike) }];
}

/** More names than these are not written into a command. */
const mostNames = 5;

/**
 * What mends all of them: where the advices differ in the name of a node or pod only, the names of all stand in its
 * place, as `kubectl` takes them, but for `kubectl logs`; `kubectl exec` takes one. Else it is the advice of the first.
 */
function fixOf(first: Found, alike: readonly Found[]): string {
    if (alike.every(({ fix }) => fix === first.fix) || first.fix.includes("kubectl logs")) return first.fix;
    const most = first.fix.includes("kubectl exec") ? 1 : mostNames;
    for (const { kind, name } of first.where) {
        const form = formOf(first.fix, name);
        if (form === first.fix) continue;
        const names = alike.flatMap(({ where, fix }) => nameIn(where, kind, (one) => formOf(fix, one) === form));
        if (names.length < alike.length) continue;
        const all = once(names);
        const each = kind.toUpperCase();
        return all.length <= most
            ? form.replaceAll(blank, all.join(" "))
            : `${form.replaceAll(blank, each)}, for each of the ${all.length} as ${each}`;
    }
    return first.fix;
}

const blank = "\0";

/** An advice without a name, where that is a word of it. */
function formOf(fix: string, name: string): string {
    return fix.replaceAll(/[^\s`]+/g, (word) => (word === name ? blank : word));
}

function nameIn(where: readonly Place[], kind: string, fits: (name: string) => boolean): string[] {
    const place = where.find((one) => one.kind === kind && fits(one.name));
    return place === undefined ? [] : [place.name];
}

/** Each once. */
function once<T>(items: readonly T[]): T[] {
    return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
