import { clean } from "../../../terminal/text.js";

/** Text of a page in which everything that came from a cluster is escaped: only `html` and `joined` make it. */
export class Markup {
    constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, markup stays, nothing is nothing. */
type Part = Markup | string | number | undefined;

/**
 * A piece of a page; everything that is put into it is escaped, unless it is markup itself. The indentation of the
 * source is left out.
 */
export function html({ raw }: TemplateStringsArray, ...parts: readonly Part[]): Markup {
    const strings = raw.map((text) => text.replace(/\s*\n\s*/g, "\n"));
    return new Markup(strings.reduce((text, next, index) => `${text}${escaped(parts[index - 1])}${next}`));
}

/** Pieces one after the other. */
export function joined(pieces: readonly Markup[]): Markup {
    return new Markup(pieces.map(({ text }) => text).join("\n"));
}

const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    "`": "&#96;",
};

function escaped(part: Part): string {
    if (part instanceof Markup) return part.text;
    return clean(String(part ?? "")).replace(/[&<>"'`]/g, (character) => entities[character] ?? "");
}

/** A sentence of a finding: a text in backticks is a command or a name, and is shown as one. */
export function sentence(text: string): Markup {
    const pieces = text.split("`");
    if (pieces.length % 2 === 0) return html`${text}`;
    return new Markup(
        pieces.map((piece, index) => (index % 2 === 0 ? html`${piece}` : html`<code>${piece}</code>`).text).join(""),
    );
}
