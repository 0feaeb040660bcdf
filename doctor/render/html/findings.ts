import { docsOfCheck } from "../../../components/sgx/index.js";
import type { Finding, Place, Report } from "../../model/report.js";
import { nameOf } from "../../model/place.js";
import { findingsOf, firstText } from "../words.js";
import { badge, icon } from "./icons.js";
import { html, joined, sentence, type Markup } from "./markup.js";

/** So many places of a finding are in view, the others behind a switch. */
const placesInView = 5;

/** The one thing to do; its finding is not shown again below. */
export function firstSection(report: Report): Markup {
    const [first] = anchored(report);
    if (first === undefined)
        return html`<section class="first ok" aria-labelledby="first">
            <p class="eyebrow">${icon("ok")}Healthy</p>
            <h1 id="first">${sentence(capitalized(firstText(report)))}</h1>
        </section>`;
    const { finding, anchor } = first;
    return html`<section class="first ${finding.severity}" aria-labelledby="first">
        <p class="eyebrow">${icon(finding.severity)}The one thing to do first</p>
        <h1 id="first">${sentence(capitalized(finding.fix))}</h1>
        <div class="reason" id="${anchor}">${seenParts(finding)}</div>
    </section>`;
}

/** All other findings, problems first. */
export function findingsSection(report: Report): Markup {
    const others = anchored(report).slice(1);
    if (others.length === 0) return html``;
    return html`<section aria-labelledby="findings">
        <h2 id="findings">${others.length === 1 ? "One more finding" : `${others.length} more findings`}</h2>
        <ol class="findings">
            ${joined(
                others.map(
                    ({ finding, anchor }) =>
                        html`<li class="finding ${finding.severity}" id="${anchor}">
                            ${seenParts(finding)}
                            <p class="fix">
                                <span class="label">To mend it</span> ${sentence(capitalized(finding.fix))}
                            </p>
                        </li>`,
                ),
            )}
        </ol>
    </section>`;
}

function seenParts({ severity, code, seen, where }: Finding): Markup {
    return html`<p class="kind">
            ${badge(severity)}<a class="code" href="${docsOfCheck(code)}" rel="noreferrer">${code}</a>
        </p>
        <p class="seen">${sentence(capitalized(seen))}</p>
        ${places(where)}`;
}

/** Where it was seen: kinds one after the other, beyond some behind a switch. */
function places(where: readonly Place[]): Markup {
    if (where.length === 0) return html``;
    const hidden = where.slice(placesInView);
    const more =
        hidden.length === 0
            ? html``
            : html`<details class="more">
                  <summary>and ${hidden.length} more</summary>
                  ${placeList(hidden)}
              </details>`;
    return html`<div class="where">${placeList(where.slice(0, placesInView))}${more}</div>`;
}

function placeList(where: readonly Place[]): Markup {
    return html`<ul class="places">
        ${joined(where.map((place) => html`<li><span class="label">${place.kind}</span> ${nameOf(place)}</li>`))}
    </ul>`;
}

/** A finding and its place in the page; the first one of a code has the code, which rows of nodes lead to. */
interface Anchored {
    finding: Finding;
    anchor: string;
}

/** The first thing to do, then the other problems, then the warnings. */
function anchored(report: Report): Anchored[] {
    const { first } = report;
    const others = findingsOf(report).filter((finding) => finding !== first);
    const ofSeverity = (wanted: Finding["severity"]) => others.filter(({ severity }) => severity === wanted);
    const all = [...(first === undefined ? [] : [first]), ...ofSeverity("problem"), ...ofSeverity("warning")];
    return all.map((finding, index) => {
        const before = all.slice(0, index).filter(({ code }) => code === finding.code).length;
        return { finding, anchor: before === 0 ? finding.code : `${finding.code}-${before + 1}` };
    });
}

/** With a capital letter, unless it starts with a command, which stands in backticks. */
function capitalized(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
