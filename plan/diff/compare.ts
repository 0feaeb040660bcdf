import { highlights } from "../lens/highlights.js";
import type { Plan, PlanObject, PlanResource, PlanValue } from "../model/format.js";
import { treeOrder } from "../model/order.js";
import { nameOf } from "../model/urn.js";
import { cascades } from "./cascade.js";
import { changesBetween, sameValue, type Change } from "./changes.js";
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
import { pairResources, sameUrn, type Pair } from "./match.js";
import { renamers, type Rename } from "./names.js";
import { covers, formatPath, parsePath } from "./path.js";
import { replaceFlags, replaceReasons } from "./replacement.js";
import { versionChanges } from "./versions.js";
import { yamlDiff } from "./yaml.js";

/**
 * Compares two plans of one stack; without the old one all is created. The order of the resources in a plan does not
 * matter.
 */
export function comparePlans(base: Plan | undefined, head: Plan): StackDiff {
    const all = pairResources(base, head);
    const pairs = all.filter(isShown);
    const { compared, rename } = compareAll(base, head, pairs);
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

/**
 * Changes of EPC that no difference of a resource tells, such as fewer jobs on a node because a DaemonSet takes more.
 */
function looseEpcWords(epc: readonly EpcChange[], differing: readonly Compared[]): string[] {
    const told = new Set(differing.flatMap(({ diff }) => diff.consequences));
    return epc.map(({ text }) => text).filter((text) => !told.has(text));
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

interface Renames {
    before: Rename;
    after: Rename;
}

/**
 * An object's made-up name differs only where it is a new object, and whether it is one may hang on another's name: so
 * compare until no further replacement turns up. Each round can only add some.
 */
function compareAll(
    base: Plan | undefined,
    head: Plan,
    pairs: readonly Pair[],
): { compared: Compared[]; rename: Renames } {
    const moves = new Map(
        pairs.flatMap(({ before, after }) => (before && after ? [[before.urn, after.urn] as const] : [])),
    );
    let replaced = new Set<Pair>();
    for (;;) {
        const known = replaced;
        const rename = renamers(pairs, (pair) => known.has(pair));
        const compared = cascades(
            pairs.map((pair) => compare(pair, base, head, rename, moves)),
            head,
        );
        replaced = new Set(pairs.filter((pair, i) => known.has(pair) || compared[i]?.diff.action === "replace"));
        if (replaced.size === known.size) return { compared, rename };
    }
}

function compare(
    pair: Pair,
    base: Plan | undefined,
    head: Plan,
    rename: Renames,
    moves: ReadonlyMap<string, string>,
): Compared {
    const { before, after } = pair;
    const shown = after ?? before;
    if (shown === undefined) throw new Error("a pair has at least one resource");
    const empty = { urn: shown.urn, type: shown.type, name: shown.name, custom: shown.custom, consequences: [] };
    if (before === undefined || after === undefined) {
        const protectedHere = after === undefined && before?.options.protect === true;
        const summary = highlights(shown)
            .map(([label, text]) => `${label}=${text}`)
            .join(" ");
        const words = rename[after === undefined ? "before" : "after"](summary) as string;
        const diff: ResourceDiff = {
            ...empty,
            action: after === undefined ? "delete" : "create",
            ...(protectedHere ? { refused: true as const } : {}),
            forcedBy: [],
            changes: [],
            options: [],
            ...(words === "" ? {} : { summary: words }),
        };
        return { ...pair, diff, dropped: [], same: false };
    }
    const old = rename.before(before.inputs) as PlanObject;
    const now = rename.after(after.inputs) as PlanObject;
    const ignore = (after.options.ignoreChanges ?? []).map(parsePath);
    const all = changesBetween(old, now);
    const isIgnored = ({ path }: Change): boolean => ignore.some((pattern) => covers(pattern, path));
    const changes = all.filter((change) => !isIgnored(change));
    const provider = head.resources.find((resource) => resource.urn === after.options.provider);
    const forcedBy = replaceReasons(
        before,
        after,
        changes,
        provider === undefined ? {} : { provider: provider.inputs },
    );
    const options = optionChanges(before, after, base, moves);
    const action = forcedBy.length > 0 ? "replace" : changes.length + options.length > 0 ? "update" : "move";
    const diff: ResourceDiff = {
        ...empty,
        action,
        ...(pair.moved ? { movedFrom: before.urn } : {}),
        forcedBy,
        ...(action === "replace" ? replaceFlags(before, after) : {}),
        changes: changes.map((change) => hide(change, after)),
        options,
    };
    const same = action === "move" && !pair.moved;
    return { ...pair, diff, dropped: all.filter(isIgnored), inputs: { old, now }, same };
}

function hidesSome(resource: PlanResource): boolean {
    return (resource.options.hideDiffs ?? []).length > 0;
}

/** The change as it is shown: values that `hideDiffs` names are left out. */
function hide(change: Change, resource: PlanResource): PropertyChange {
    const { path, ...rest } = change;
    const hidden = (resource.options.hideDiffs ?? []).some((pattern) => covers(parsePath(pattern), path));
    return { path: formatPath(path), ...(hidden ? { kind: rest.kind } : rest) };
}

/**
 * Options whose change a reviewer should see. Aliases and the edges of the graph are left out: they change nothing by
 * themselves.
 */
const SHOWN_OPTIONS = [
    "protect",
    "retainOnDelete",
    "deleteBeforeReplace",
    "ignoreChanges",
    "replaceOnChanges",
    "customTimeouts",
    "additionalSecretOutputs",
] as const;

function optionChanges(
    before: PlanResource,
    after: PlanResource,
    base: Plan | undefined,
    moves: ReadonlyMap<string, string>,
): PropertyChange[] {
    const changes = SHOWN_OPTIONS.flatMap((key) => optionChange(key, before.options[key], after.options[key]));
    for (const key of ["provider", "deletedWith"] as const) {
        const [old, now] = [before.options[key], after.options[key]];
        if (old === now) continue;
        if (old !== undefined && now !== undefined) {
            if (sameUrn(old, now) || moves.get(old) === now || isRenamed(old, base)) continue;
        }
        changes.push(
            ...optionChange(
                key,
                old === undefined ? undefined : nameOf(old),
                now === undefined ? undefined : nameOf(now),
            ),
        );
    }
    return changes;
}

/** A reference to a resource whose URN only moved is no change; the resource itself tells. */
function isRenamed(urn: string, base: Plan | undefined): boolean {
    return base !== undefined && !base.resources.some((resource) => resource.urn === urn);
}

function optionChange(path: string, old: unknown, now: unknown): PropertyChange[] {
    const [before, after] = [old, now] as [PlanValue | undefined, PlanValue | undefined];
    if (before === undefined && after === undefined) return [];
    if (before === undefined) return [{ path, kind: "add", after: after ?? null }];
    if (after === undefined) return [{ path, kind: "remove", before }];
    return sameValue(before, after) ? [] : [{ path, kind: "change", before, after }];
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
