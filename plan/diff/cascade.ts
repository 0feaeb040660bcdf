import type { Plan, PlanResource } from "../model/format.js";
import type { Compared } from "./compared.js";
import type { Cascade } from "./format.js";
import { replaceFlags } from "./replacement.js";

/**
 * Replacements that bring others along: a replaced provider all of its resources; a replaced resource those that are
 * tied to it by `replaceWith`, and those that are deleted with it, since the new one comes without them.
 */
export function cascades(compared: readonly Compared[], head: Plan): Compared[] {
    const urns = new Set(head.resources.map(({ urn }) => urn));
    const result = [...compared];
    const replaced = new Set(result.filter(({ diff }) => diff.action === "replace").map(({ diff }) => diff.urn));
    for (let before = -1; before !== replaced.size;) {
        before = replaced.size;
        result.forEach((item, index) => {
            if (item.before === undefined || item.after === undefined || item.diff.action === "replace") return;
            const cascade = causeOf(item.after, replaced);
            if (cascade === undefined || !urns.has(cascade.urn)) return;
            const flags = replaceFlags(item.before, item.after);
            result[index] = { ...item, same: false, diff: { ...item.diff, action: "replace", cascade, ...flags } };
            replaced.add(item.diff.urn);
        });
    }
    return result;
}

function causeOf({ options }: PlanResource, replaced: ReadonlySet<string>): Cascade | undefined {
    const { provider, deletedWith, replaceWith = [] } = options;
    if (deletedWith !== undefined && replaced.has(deletedWith)) return { urn: deletedWith, by: "deletedWith" };
    if (provider !== undefined && replaced.has(provider)) return { urn: provider, by: "provider" };
    const other = replaceWith.find((urn) => replaced.has(urn));
    return other === undefined ? undefined : { urn: other, by: "replaceWith" };
}
