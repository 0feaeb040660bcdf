import { nameOf } from "../model/place.js";
import type { CheckResult, Finding, Place, Report } from "../model/report.js";

const longest = 5;

/** Where a finding was seen: `Node a, b and 3 more; Pod shop/web-1`. */
export function placesText(where: readonly Place[]): string {
    const kinds = [...new Set(where.map(({ kind }) => kind))];
    return kinds
        .map((kind) => {
            const names = where.flatMap((place) => (place.kind === kind ? [nameOf(place)] : []));
            const shown = names.slice(0, longest).join(", ");
            const rest = names.length - longest;
            return `${kind} ${shown}${rest > 0 ? ` and ${rest} more` : ""}`;
        })
        .join("; ");
}

/** What a check says in one line where it found nothing. */
export function stateText({ result, because, needs }: CheckResult): string {
    if (result !== "skipped") return result;
    return because === undefined ? `skipped: ${needs ?? ""}` : `skipped: because of ${because}`;
}

/** The one thing to do, in one line. */
export function firstText({ first, categories }: Report): string {
    if (first !== undefined) {
        const [place] = first.where;
        const more = first.where.filter(({ kind }) => kind === place?.kind).slice(1);
        const on =
            place === undefined
                ? ""
                : `, ${place.kind} ${nameOf(place)}${more.length > 0 ? ` and ${more.length} more` : ""}`;
        return `${first.fix} (${first.code}${on}: ${first.seen})`;
    }
    const checks = categories.flatMap((each) => each.checks);
    const pending = checks.find((check) => check.pending === true);
    if (pending !== undefined) return `nothing to do but to wait ${pending.needs ?? ""}`;
    const skipped = checks.filter(({ result }) => result === "skipped").length;
    return skipped === 0
        ? "nothing to do"
        : `nothing to do, as far as it could be seen: ${skipped === 1 ? "1 check was" : `${skipped} checks were`} skipped`;
}

/** How many checks came out how: `20 ok, 1 problem, 4 skipped`. */
export function countsText({ categories }: Report): string {
    const results = categories.flatMap(({ checks }) => checks.map(({ result }) => result));
    const count = (result: CheckResult["result"]) => results.filter((each) => each === result).length;
    const words: [number, string][] = [
        [count("problem"), count("problem") === 1 ? "problem" : "problems"],
        [count("warning"), count("warning") === 1 ? "warning" : "warnings"],
        [count("ok"), "ok"],
        [count("skipped"), "skipped"],
    ];
    return words
        .filter(([number]) => number > 0)
        .map(([number, word]) => `${number} ${word}`)
        .join(", ");
}

/** All findings, in the order of the report. */
export function findingsOf({ categories }: Report): Finding[] {
    return categories.flatMap(({ checks }) => checks.flatMap(({ findings }) => findings));
}
