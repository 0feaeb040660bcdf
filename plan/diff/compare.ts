import type { Plan, PlanObject, PlanResource } from "../model/format.js";
import { treeOrder } from "../model/order.js";
import { accessChanges } from "./access/index.js";
import { cascades } from "./cascade.js";
import { changesBetween } from "./changes.js";
import { comparePair } from "./compare-pair.js";
import type { Compared } from "./compared.js";
import { consequencesOf, surroundings } from "./consequences.js";
import { epcChanges, type EpcChange } from "./epc.js";
import {
    ACTIONS,
    type DiffCounts,
    type IgnoredChange,
    type PropertyChange,
    type ResourceDiff,
    type StackDiff,
} from "./format.js";
import { pairResources, type Pair } from "./match.js";
import { renamers, type Renames } from "./names.js";
import { formatPath } from "./path.js";
import { versionChanges } from "./versions.js";
import { yamlDiff } from "./yaml.js";

/**
 * Compares two plans of one stack; without the old one all is created. The order of the resources in a plan does not
 * matter.
 */
export function comparePlans(base: Plan | undefined, head: Plan): StackDiff {
    const all = pairResources(base, head);
    const pairs = all.filter(isShown);
    const { compared, rename, moves } = compareAll(base, head, pairs);
    const epc = base === undefined ? [] : epcChanges(base, head, rename);
    const differing = compared.filter((item) => !item.same);
    const around = surroundings(compared, all, epc);
    for (const item of differing) {
        item.diff.consequences = consequencesOf(item, around);
        addYaml(item);
    }
    const position = positions(base, head);
    const rank = ({ action, urn }: ResourceDiff): number => ACTIONS.indexOf(action) * 1e6 + (position.get(urn) ?? 0);
    return {
        project: head.project,
        stack: head.stack,
        status: base === undefined ? "new" : "compared",
        failures: [],
        counts: countActions(compared),
        resources: differing.map(({ diff }) => diff).sort((a, b) => rank(a) - rank(b)),
        access: accessChanges(byRank(compared, rank), { base, head, moves }),
        renamed: around.components.found,
        outputs: base === undefined ? [] : outputChanges(base, head, rename),
        versions: versionChanges(pairs),
        ignored: compared.flatMap(({ diff, dropped }) =>
            dropped.map(({ path }): IgnoredChange => ({ urn: diff.urn, path: formatPath(path) })),
        ),
        warnings: {
            added: head.warnings.filter((one) => !base?.warnings.some((other) => other.message === one.message)),
            gone: base?.warnings.filter((one) => !head.warnings.some((other) => other.message === one.message)) ?? [],
        },
        epc: looseEpcWords(epc, differing),
        secretKeys: [],
    };
}

/** Changes of EPC that no resource's own entry has, such as fewer jobs on a node because a DaemonSet takes more. */
function looseEpcWords(epc: readonly EpcChange[], differing: readonly Compared[]): string[] {
    const shown = new Set(differing.flatMap(({ diff }) => diff.consequences));
    return epc.map(({ text }) => text).filter((text) => !shown.has(text));
}

function byRank(compared: readonly Compared[], rank: (diff: ResourceDiff) => number): Compared[] {
    return [...compared].sort((a, b) => rank(a.diff) - rank(b.diff));
}

/** Only once all names are settled: making YAML takes longer than comparing. */
function addYaml({ diff, inputs, after }: Compared): void {
    if (inputs === undefined || after === undefined || diff.changes.length === 0 || hidesSome(after)) return;
    const yaml = yamlDiff(after.type, inputs.old, inputs.now);
    if (yaml !== undefined) diff.yaml = yaml;
}

/** A component groups its children, which are compared themselves; of one of a plugin there is only the component. */
function isShown({ before, after }: Pair): boolean {
    const resource = after ?? before;
    return resource !== undefined && (resource.custom || resource.remote === true);
}

/**
 * An object's automatic name differs only where it is a new object, and whether it is one may hang on another's name:
 * so compare until no further replacement turns up. Each round can only add some.
 */
function compareAll(
    base: Plan | undefined,
    head: Plan,
    pairs: readonly Pair[],
): { compared: Compared[]; rename: Renames; moves: ReadonlyMap<string, string> } {
    const moves = new Map(
        pairs.flatMap(({ before, after }) => (before && after ? [[before.urn, after.urn] as const] : [])),
    );
    let replaced = new Set<Pair>();
    for (;;) {
        const known = replaced;
        const rename = renamers(pairs, (pair) => known.has(pair));
        const compared = cascades(
            pairs.map((pair) => comparePair(pair, { base, head, rename, moves })),
            head,
        );
        replaced = new Set(pairs.filter((pair, i) => known.has(pair) || compared[i]?.diff.action === "replace"));
        if (replaced.size === known.size) return { compared, rename, moves };
    }
}

function hidesSome(resource: PlanResource): boolean {
    return (resource.options.hideDiffs ?? []).length > 0;
}

function outputChanges(base: Plan, head: Plan, rename: Renames): PropertyChange[] {
    const changes = changesBetween(rename.before(base.outputs) as PlanObject, rename.after(head.outputs) as PlanObject);
    return changes.map(({ path, ...rest }) => ({ path: formatPath(path), ...rest }));
}

function countActions(compared: readonly Compared[]): DiffCounts {
    const counts: DiffCounts = { create: 0, update: 0, replace: 0, delete: 0, move: 0, same: 0 };
    for (const { diff, same } of compared) counts[same ? "same" : diff.action]++;
    return counts;
}

/** Place of each resource in the tree of its plan, whatever order the plan's list has. */
function positions(base: Plan | undefined, head: Plan): Map<string, number> {
    const ordered = [...treeOrder(base?.resources ?? []), ...treeOrder(head.resources)];
    return new Map(ordered.map(({ urn }, index) => [urn, index]));
}
