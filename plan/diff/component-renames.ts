import type { PlanResource } from "../model/format.js";
import { STACK_TYPE } from "../model/urn.js";
import type { Compared } from "./compared.js";
import type { ComponentRename } from "./format.js";
import type { Pair } from "./match.js";

/** A component of one plan that the other one does not have, and its counterpart there. */
interface Component {
    before: PlanResource;
    after: PlanResource;
}

/** Components that look like one under two names, and the resources that follow from that. */
export interface ComponentRenames {
    found: ComponentRename[];
    /** Created and deleted resources below them: what is said of the component explains these. */
    explained: ReadonlySet<Compared>;
}

/**
 * Goes up from resources that look like one under two names: where the components above them are of one type, and each
 * is in one of the plans only, the topmost of these is what has another name. One alias there does what one at each
 * resource would.
 */
export function componentRenames(
    pairs: readonly Pair[],
    compared: readonly Compared[],
    renames: ReadonlyMap<Compared, Compared>,
): ComponentRenames {
    const gone = new Map(
        pairs.flatMap(({ before, after }) => (before && !after ? [[before.urn, before] as const] : [])),
    );
    const fresh = new Map(
        pairs.flatMap(({ before, after }) => (after && !before ? [[after.urn, after] as const] : [])),
    );
    const tops = new Map<string, Component & { votes: number }>();
    for (const [created, deleted] of renames) {
        if (created.after === undefined || deleted.before === undefined) continue;
        const top = topOf({ before: deleted.before, after: created.after }, gone, fresh);
        if (top === undefined) continue;
        const key = `${top.before.urn} ${top.after.urn}`;
        tops.set(key, { ...top, votes: (tops.get(key)?.votes ?? 0) + 1 });
    }
    const found: ComponentRename[] = [];
    const explained = new Set<Compared>();
    const taken = new Set<string>();
    for (const { before, after } of [...tops.values()].sort((a, b) => b.votes - a.votes)) {
        // Of several counterparts the one with most resources in common.
        if (taken.has(before.urn) || taken.has(after.urn)) continue;
        taken.add(before.urn).add(after.urn);
        const created = compared.filter((item) => isBelow(item.after, after, fresh));
        const deleted = compared.filter((item) => isBelow(item.before, before, gone));
        for (const item of [...created, ...deleted]) explained.add(item);
        found.push({
            urn: after.urn,
            type: after.type,
            name: after.name,
            formerly: before.name,
            resources: created.length,
        });
    }
    return { found, explained };
}

function isBelow(
    resource: PlanResource | undefined,
    top: PlanResource,
    known: ReadonlyMap<string, PlanResource>,
): boolean {
    const parent = resource === undefined || !known.has(resource.urn) ? undefined : known.get(resource.parent ?? "");
    return parent !== undefined && (parent.urn === top.urn || isBelow(parent, top, known));
}

/** The topmost components above two resources that can be one under two names. */
function topOf(
    { before, after }: Component,
    gone: ReadonlyMap<string, PlanResource>,
    fresh: ReadonlyMap<string, PlanResource>,
): Component | undefined {
    const parents = { before: gone.get(before.parent ?? ""), after: fresh.get(after.parent ?? "") };
    if (parents.before === undefined || parents.after === undefined) return undefined;
    const { type, custom } = parents.after;
    if (custom || type === STACK_TYPE || type !== parents.before.type) return undefined;
    const found = { before: parents.before, after: parents.after };
    return topOf(found, gone, fresh) ?? found;
}
