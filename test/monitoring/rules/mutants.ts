/*
 * Wrong versions of an expression: it never holds, it always holds, or one of its clauses or comparisons is left out.
 */

/** A wrong version, and what is wrong with it. */
export interface Mutant {
    name: string;
    expression: string;
}

/** Every mutant of an expression. */
export function mutantsOf(expression: string): Mutant[] {
    const cut = (name: string, [from, to]: Range) => ({
        name: `without ${name} ${expression.slice(from, to).trim()}`,
        expression: expression.slice(0, from) + expression.slice(to),
    });
    return [
        { name: "never", expression: "vector(0) > 1" },
        { name: "always", expression: "vector(1)" },
        ...clauses(expression).map((range) => cut("the clause", range)),
        ...found(/ (==|>|<=) (bool )?-?\d+(?=[)\s]|$)/g, expression).map((range) => cut("the comparison", range)),
    ].filter((mutant) => mutant.expression !== expression);
}

type Range = [from: number, to: number];

function found(pattern: RegExp, text: string): Range[] {
    return [...text.matchAll(pattern)].map(({ 0: whole, index }) => [index, index + whole.length]);
}

/** Ranges of ` and …`, ` unless …` and ` or …`, each up to the next one or the end of its parentheses. */
function clauses(text: string): Range[] {
    return found(/ (and|unless|or) on \([^)]*\) /g, text).map(([from, to]): Range => {
        let depth = 0;
        for (let at = to; at < text.length; at++) {
            const rest = text.slice(at);
            if (depth === 0 && /^([),]| (and|unless|or) )/.test(rest)) return [from, at];
            if (rest.startsWith("(")) depth++;
            if (rest.startsWith(")")) depth--;
        }
        return [from, text.length];
    });
}
