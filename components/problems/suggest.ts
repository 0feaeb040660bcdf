import { distance } from "fastest-levenshtein";

/**
 * The candidate that a misspelt word probably means: one that differs in case only, else the nearest one in which no
 * more than a third of the letters (and at most four) differ. Undefined when nothing is near. Of equally near ones, the
 * first.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
    const lower = word.toLowerCase();
    const sameLetters = candidates.find((candidate) => candidate.toLowerCase() === lower);
    if (sameLetters !== undefined) return sameLetters;
    let best: string | undefined;
    let bestDistance = Infinity;
    for (const candidate of candidates) {
        const edits = distance(lower, candidate.toLowerCase());
        const allowed = Math.min(4, Math.floor(Math.max(lower.length, candidate.length) / 3));
        if (edits <= allowed && edits < bestDistance) {
            best = candidate;
            bestDistance = edits;
        }
    }
    return best;
}

/** What to do about a word that is not accepted: `did you mean "dev"?` where a candidate is near, else `otherwise`. */
export function didYouMean(word: unknown, candidates: readonly string[], otherwise: string): string {
    const near = typeof word === "string" ? suggest(word, candidates) : undefined;
    return near === undefined ? otherwise : `did you mean ${JSON.stringify(near)}?`;
}
