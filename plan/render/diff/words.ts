import type {
    AccessChange,
    Action,
    DiffCounts,
    PlanDiff,
    PropertyChange,
    ResourceDiff,
    Revision,
    StackDiff,
} from "../../diff/format.js";
import { shortText } from "../../lens/highlights.js";
import type { PlanValue } from "../../model/format.js";
import { nameOf, shortType, typeOf } from "../../model/urn.js";

/** Said in every rendering: what this is not. */
const DIFF_DISCLAIMER =
    "Offline: what the two programs ask for, not what is deployed, and what is unknown in both counts as equal. `pulumi preview` is the authority.";

/** Said of a comparison with saved plans, which hold no trace of a secret. */
const SAVED_DISCLAIMER = "A saved plan does not tell whether a secret has another value.";

/** What a reader has to know of a comparison before anything else. */
export function disclaimer({ base }: PlanDiff): string {
    return base.commit === undefined ? `${DIFF_DISCLAIMER} ${SAVED_DISCLAIMER}` : DIFF_DISCLAIMER;
}

/** The actions as a reader sees them. */
export const VERBS: Record<Action, string> = {
    replace: "replaced",
    delete: "deleted",
    update: "changed",
    create: "created",
    move: "moved",
};

/** Columns of the summary table. */
export const COLUMNS: [keyof DiffCounts, string][] = [
    ["replace", "replaced"],
    ["delete", "deleted"],
    ["update", "changed"],
    ["create", "created"],
    ["move", "moved"],
    ["same", "unchanged"],
];

/** True if there is nothing to tell of a stack. */
export function isUnchanged(stack: StackDiff): boolean {
    const { create, update, replace, delete: gone, move } = stack.counts;
    return (
        stack.status === "compared" &&
        create + update + replace + gone + move === 0 &&
        stack.outputs.length +
            stack.versions.length +
            stack.epc.length +
            stack.secretKeys.length +
            (stack.access ?? []).length +
            stack.ignored.length ===
            0 &&
        stack.warnings.added.length + stack.warnings.gone.length === 0
    );
}

/** What is special about a stack, for the summary. */
export function statusNote(stack: StackDiff): string {
    const refused = stack.resources.filter((resource) => resource.refused === true).length;
    const wider = (stack.access ?? []).filter(({ widens }) => widens).length;
    const notes = [
        ...(stack.status === "new" ? ["new stack"] : []),
        ...(stack.status === "removed" ? ["its file is gone"] : []),
        ...(stack.status === "failed" ? stack.failures.map(({ side }) => `${SIDES[side]} cannot be planned`) : []),
        ...(refused > 0 ? [`${refused} refused: protected`] : []),
        ...(wider > 0 ? [`${wider} ${wider === 1 ? "change widens" : "changes widen"} access`] : []),
    ];
    return notes.join(", ");
}

/** The two sides, as a reader sees them. */
export const SIDES = { base: "the old revision", head: "the new revision" } as const;

/** A revision in a few words: name and short commit. */
export function revisionText({ name, commit }: Revision): string {
    return commit === undefined || commit.startsWith(name) ? name : `${name} (${commit.slice(0, 8)})`;
}

/** One sentence on a stack that goes. */
export function removedText(stack: StackDiff): string {
    return `The stack's file is gone. Its ${stack.counts.same} resources stay in the cloud until somebody runs \`pulumi destroy\`.`;
}

/** Kind and name. */
export function title(resource: ResourceDiff): { kind: string; name: string } {
    return { kind: shortType(resource.type), name: resource.name };
}

/** What a replacement is forced by. */
export function reasons(resource: ResourceDiff): string[] {
    if (resource.cascade !== undefined) {
        const { urn, by } = resource.cascade;
        const how = by === "provider" ? "its provider" : by;
        return [`follows ${shortType(typeOf(urn))} ${nameOf(urn)} (${how})`];
    }
    return resource.forcedBy.map(({ path, by }) => (by === "replaceOnChanges" ? `${path} (replaceOnChanges)` : path));
}

/** Replacements that only follow another one: reported there, not one by one. */
export function isFollower(resource: ResourceDiff): boolean {
    return resource.cascade !== undefined && resource.changes.length + resource.options.length === 0;
}

/** What an alias connects a resource to. */
export function movedText(resource: ResourceDiff): string | undefined {
    if (resource.movedFrom === undefined) return undefined;
    const [type, name] = [typeOf(resource.movedFrom), nameOf(resource.movedFrom)];
    if (name !== resource.name) return `was ${name}`;
    return type === resource.type ? "another parent" : `was of type ${type}`;
}

/** A value in a table: short, and a long text only by its length, since it would tell nothing. */
function valueText(value: PlanValue | undefined): string {
    if (value === undefined) return "";
    if (typeof value === "string" && value.length > 120) return `text of ${value.length} characters`;
    if (value === "") return '""';
    const text = shortText(value);
    return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** Before and after of a change. */
export function sides(change: PropertyChange): { before: string; after: string } {
    const { kind, before, after } = change;
    if (before === undefined && after === undefined) return { before: "not shown (hideDiffs)", after: "not shown" };
    const secret = kind === "change" && valueText(before) === "[secret]" && valueText(after) === "[secret]";
    if (kind === "reorder") return { before: `place ${valueText(before)}`, after: `place ${valueText(after)}` };
    return { before: valueText(before), after: secret ? "[secret], another value" : valueText(after) };
}

/** Components that seem to have another name: said first, since it explains most of what follows. */
export function renameTexts({ renamed }: StackDiff): string[] {
    return renamed.map(({ type, name, formerly, resources }) => {
        const alias = `\`aliases: [{ name: ${JSON.stringify(formerly)} }]\``;
        const what = resources === 1 ? "one resource is" : `${resources} resources are`;
        return `${shortType(type)} ${name} looks like ${formerly} by a new name: without ${alias} among the component's options, ${what} created, and the old deleted`;
    });
}

/** What a change does to who may do or get what, with its resource. */
export function accessText({ type, name, text }: AccessChange): string {
    return `${shortType(type)} ${name}: ${text}`;
}

/** Remarks on a stack that belong to no single resource. */
export function remarks(stack: StackDiff): string[] {
    return [
        ...stack.epc,
        ...stack.secretKeys.map(
            (key) => `encrypted configuration ${key} has another ciphertext: its value may be another one`,
        ),
        ...stack.versions.map(
            ({ provider, before, after, resources }) =>
                `provider ${provider} ${before} -> ${after}, used by ${resources} resource${resources === 1 ? "" : "s"}`,
        ),
        ...stack.ignored.map(
            ({ urn, path }) => `ignored by ignoreChanges: ${shortType(typeOf(urn))} ${nameOf(urn)} ${path}`,
        ),
    ];
}

/** Which reader's hints a diff needs. */
export function headline(diff: PlanDiff): string {
    return `${revisionText(diff.base)} -> ${revisionText(diff.head)}`;
}
