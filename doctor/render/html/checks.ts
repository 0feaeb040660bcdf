import type { CheckResult, Report } from "../../model/report.js";
import { badge } from "./icons.js";
import { html, joined, type Markup } from "./markup.js";

/** Every check and what came of it, by category. */
export function checksSection({ categories }: Report): Markup {
    const shown = categories.filter(({ checks }) => checks.length > 0);
    return html`<section aria-labelledby="checks">
        <h2 id="checks">All checks <span class="count">${shown.flatMap(({ checks }) => checks).length}</span></h2>
        <div class="categories">
            ${joined(
                shown.map(
                    ({ title, checks }) =>
                        html`<div class="category">
                            <h3>${title}</h3>
                            <ul class="checks">
                                ${joined(checks.map(checkItem))}
                            </ul>
                        </div>`,
                ),
            )}
        </div>
    </section>`;
}

function checkItem(check: CheckResult): Markup {
    const { code, asks, result, docs } = check;
    return html`<li>
        ${badge(result)}<span class="asks">${asks}${note(check)}</span
        ><a class="code" href="${docs}" rel="noreferrer">${code}</a>
    </li>`;
}

/** Why it was skipped, or how much it found. */
function note({ because, needs, findings, code }: CheckResult): Markup {
    if (because !== undefined) return html`<span class="note">an effect of <a href="#${because}">${because}</a></span>`;
    if (needs !== undefined) return html`<span class="note">needs ${needs}</span>`;
    const count = findings.length;
    if (count === 0) return html``;
    return html`<span class="note"><a href="#${code}">${count === 1 ? "1 finding" : `${count} findings`}</a></span>`;
}
