import { shortType } from "../model/urn.js";
import { azureWords } from "./azure-words.js";
import type { Compared } from "./compared.js";
import { componentRenames, type ComponentRenames } from "./component-renames.js";
import type { EpcChange } from "./epc.js";
import { kubernetesWords } from "./kubernetes-words.js";
import type { Pair } from "./match.js";
import { likelyRenames, renameWords } from "./renamed.js";
import { namesakes, namesakeWords } from "./same-name.js";

/** What surrounds a difference. */
export interface Surroundings {
    /** Deleted and created resources that look like one under two names. */
    renames: ReadonlyMap<Compared, Compared>;
    /** Components that do. */
    components: ComponentRenames;
    /** Created resources whose fixed name a deleted one still has. */
    namesakes: ReadonlyMap<Compared, string>;
    epc: readonly EpcChange[];
    /** Replacements that follow another one, by the URN of the first cause. */
    along: ReadonlyMap<string, Compared[]>;
    /** Resources of both plans that depend on one, by its URN. */
    dependents: ReadonlyMap<string, Compared[]>;
}

/** Gathers what surrounds differences, once for all of them. */
export function surroundings(
    compared: readonly Compared[],
    pairs: readonly Pair[],
    epc: readonly EpcChange[],
): Surroundings {
    const causes = new Map(compared.map(({ diff }) => [diff.urn, diff.cascade?.urn]));
    const origin = (urn: string): string => {
        const next = causes.get(urn);
        return next === undefined ? urn : origin(next);
    };
    const along = new Map<string, Compared[]>();
    const dependents = new Map<string, Compared[]>();
    const add = (map: Map<string, Compared[]>, key: string, item: Compared): void => {
        const items = map.get(key);
        if (items === undefined) map.set(key, [item]);
        else items.push(item);
    };
    for (const item of compared) {
        if (item.diff.cascade !== undefined) add(along, origin(item.diff.urn), item);
        if (item.before === undefined) continue;
        for (const urn of item.after?.options.dependencies ?? []) add(dependents, urn, item);
    }
    const renames = likelyRenames(compared);
    const components = componentRenames(pairs, compared, renames);
    return { renames, components, namesakes: namesakes(compared), epc, along, dependents };
}

/** What a difference of one resource means, in words. Only what is known for sure is said. */
export function consequencesOf(item: Compared, around: Surroundings): string[] {
    const { diff } = item;
    // A replacement that only follows another one is reported there.
    if (diff.cascade !== undefined) return diff.refused === true ? protectionWords(item) : [];
    const type = (item.after ?? item.before)?.type ?? "";
    return [
        ...protectionWords(item),
        ...lifecycleWords(item),
        ...(around.components.explained.has(item) ? [] : renameWords(item, around.renames)),
        ...namesakeWords(item, around.namesakes),
        ...(type.startsWith("kubernetes:") ? kubernetesWords(item) : azureWords(item)),
        ...epcWordsOf(item, around),
        ...followers(item, around),
    ];
}

function protectionWords({ diff }: Compared): string[] {
    if (diff.refused !== true) return [];
    return diff.action === "delete"
        ? [
              "it is protected, so the engine refuses to delete it and the update fails: unprotect it first (`pulumi state unprotect`), if this is meant",
          ]
        : [
              "it is protected, so the engine refuses to replace it and the update fails: take `protect` away first, if this is meant",
          ];
}

function lifecycleWords({ before, after, diff }: Compared): string[] {
    const words: string[] = [];
    if (before?.options.retainOnDelete === true && (diff.action === "delete" || diff.action === "replace"))
        words.push("`retainOnDelete`: the old one stays in the cloud, and Pulumi forgets it");
    if (diff.action === "create" && after?.options.importId !== undefined)
        words.push(`it is not created but imported (${after.options.importId})`);
    if (diff.action === "move") words.push("only Pulumi's name for it changes; nothing happens to the resource itself");
    if (diff.options.some(({ path, kind }) => path === "protect" && kind === "remove"))
        words.push("from then on nothing refuses to delete or replace it");
    return words;
}

function epcWordsOf({ diff }: Compared, { epc }: Surroundings): string[] {
    if (diff.action === "create" || diff.action === "delete") return [];
    return epc.filter(({ urn }) => urn === diff.urn).map(({ text }) => text);
}

/** What goes along with a replacement, and what may. */
function followers({ diff }: Compared, around: Surroundings): string[] {
    if (diff.action !== "replace") return [];
    const along = around.along.get(diff.urn) ?? [];
    const words = along.length === 0 ? [] : [`replaced along with it: ${list(along)}`];
    // Kubernetes objects refer to each other by name, which stays.
    const loose = (around.dependents.get(diff.urn) ?? []).filter(
        (item) => item.diff.action !== "replace" && !item.diff.type.startsWith("kubernetes:"),
    );
    if (loose.length > 0 && !diff.type.startsWith("kubernetes:"))
        words.push(`these depend on it and may have to be replaced, too: ${list(loose)}`);
    return words;
}

const SHOWN = 8;

function list(items: readonly Compared[]): string {
    const names = items.map(({ diff }) => `${shortType(diff.type)} ${diff.name}`);
    const rest = names.length - SHOWN;
    return rest > 1 ? `${names.slice(0, SHOWN).join(", ")} and ${rest} more` : names.join(", ");
}
