import type { CheckResult } from "../../model/report.js";
import { html, type Markup } from "./markup.js";

/** How something is: the results of checks. */
export type Tone = CheckResult["result"];

/** One shape for each, so that it is told from the others without colour. */
const shapes: Readonly<Record<Tone, Markup>> = {
    problem: html`<path class="solid" d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" /><path
            class="line"
            d="m5.5 5.5 5 5m0-5-5 5"
        />`,
    warning: html`<path class="solid" d="M8 .9 15.6 14.8H.4z" /><path class="line" d="M8 6v4m0 1.9v.2" />`,
    ok: html`<circle class="solid" cx="8" cy="8" r="7.2" /><path class="line" d="m4.8 8.3 2.2 2.2 4.3-4.6" />`,
    skipped: html`<circle class="hollow" cx="8" cy="8" r="6.4" /><path class="bar" d="M5 8h6" />`,
};

/** The shape of a result; the word stands beside it. */
export function icon(tone: Tone): Markup {
    return html`<svg class="icon ${tone}" viewBox="0 0 16 16" aria-hidden="true">${shapes[tone]}</svg>`;
}

/** Shape and word. */
export function badge(tone: Tone, word: string = tone): Markup {
    return html`<span class="badge ${tone}">${icon(tone)}${word}</span>`;
}
