import { distance } from "fastest-levenshtein";
import { isObject, type PlanResource, type PlanValue } from "../model/format.js";
import { canonicalJson, type WireValue } from "../model/wire.js";
import type { Compared } from "./compared.js";

/**
 * What tells resources apart that differ in more than a name: the type, and the inputs without what follows from the
 * name.
 */
function kindOf(resource: PlanResource): string {
    return `${resource.type} ${canonicalJson(shape(resource) as WireValue)}`;
}

function shape({ inputs, name }: PlanResource): PlanValue {
    const without = (value: PlanValue): PlanValue => {
        if (typeof value === "string") return value.split(name).join("NAME");
        if (Array.isArray(value)) return value.map(without);
        if (!isObject(value)) return value;
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item)]));
    };
    return without(inputs);
}

/**
 * Deleted resources and the created ones that they seem to have become, both ways. Of several that look alike the one
 * with the nearest name, and only if that one's nearest is this one, too.
 */
export function likelyRenames(compared: readonly Compared[]): Map<Compared, Compared> {
    const ofAction = (action: string): Compared[] => compared.filter(({ diff }) => diff.action === action);
    const deleted = grouped(ofAction("delete"));
    const found = new Map<Compared, Compared>();
    if (deleted.size === 0) return found;
    for (const [kind, created] of grouped(ofAction("create"))) {
        const gone = deleted.get(kind) ?? [];
        for (const item of created) {
            const other = nearest(item, gone);
            if (other === undefined || nearest(other, created) !== item) continue;
            found.set(item, other).set(other, item);
        }
    }
    return found;
}

function grouped(items: readonly Compared[]): Map<string, Compared[]> {
    const groups = new Map<string, Compared[]>();
    for (const item of items) {
        const resource = item.after ?? item.before;
        if (resource === undefined) continue;
        const kind = kindOf(resource);
        const group = groups.get(kind);
        if (group === undefined) groups.set(kind, [item]);
        else group.push(item);
    }
    return groups;
}

function nearest({ diff: { name } }: Compared, others: readonly Compared[]): Compared | undefined {
    let best: { far: number; item: Compared } | undefined;
    for (const item of others) {
        const far = distance(name, item.diff.name);
        if (best === undefined || far < best.far || (far === best.far && item.diff.urn < best.item.diff.urn))
            best = { far, item };
    }
    return best?.item;
}

/** Words on a rename without an alias: it deletes and creates, although it looks like a rename. */
export function renameWords(item: Compared, renames: ReadonlyMap<Compared, Compared>): string[] {
    const other = renames.get(item);
    if (other === undefined) return [];
    if (item.diff.action === "delete") return [`it looks like ${other.diff.name} by its old name: see there`];
    return [
        `it looks like ${other.diff.name} by a new name: Pulumi creates this one and deletes the old one; \`aliases: [{ name: ${JSON.stringify(other.diff.name)} }]\` would keep it`,
    ];
}
