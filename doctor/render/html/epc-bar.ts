import { formatBytes } from "../../../terminal/text.js";
import type { EpcOwner, NodeRow } from "../../model/report.js";
import { html, joined, type Markup } from "./markup.js";

/** Width of a bar in its own units, and of the gap behind each share. */
const width = 1000;
const gap = 6;
/** So many owners have a share of their own in a bar, the others one together. */
const sharesInBar = 6;

/** What is offered, and who has it. */
type Epc = Pick<NodeRow, "owners"> & { epcBytes: number };

/** The EPC of several nodes together, as one share. */
export function sharedBar(nodes: readonly NodeRow[]): Markup {
    const epcBytes = nodes.reduce((sum, node) => sum + (node.epcBytes ?? 0), 0);
    const bytes = nodes.reduce((sum, { owners }) => sum + total(owners), 0);
    const percent = epcBytes === 0 ? 0 : Math.ceil((bytes / epcBytes) * 100);
    const owners = bytes === 0 ? [] : [{ namespace: "", name: "", bytes }];
    return html`${epcBar({ epcBytes, owners })}<span>${percent} % of ${formatBytes(epcBytes)} EPC taken</span>`;
}

/** `66Mi of 8Gi`. */
export function takenText({ epcBytes, owners }: Epc): string {
    return `${formatBytes(total(owners))} of ${formatBytes(epcBytes)}`;
}

/** Which part of it is taken, a share for each owner. The text beside it says the same. */
export function epcBar({ epcBytes, owners }: Epc): Markup {
    const scale = width / Math.max(epcBytes, total(owners), 1);
    const rest = total(owners.slice(sharesInBar));
    const shares = [...owners.slice(0, sharesInBar).map(({ bytes }) => bytes), ...(rest > 0 ? [rest] : [])];
    let left = 0;
    const rects = shares.map((bytes, index) => {
        const from = left;
        left += bytes * scale;
        const wide = Math.max(left - from - gap, 2);
        return html`<rect class="share${index % 2}" x="${rounded(from)}" width="${rounded(wide)}" height="10" />`;
    });
    return html`<svg class="epc" viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="${width}" height="10" />
        ${joined(rects)}
    </svg>`;
}

/** The owners, the largest share first. */
export function ownerList(owners: readonly EpcOwner[]): Markup {
    return html`<ul class="owners">
        ${joined(
            owners.map(
                ({ namespace, name, bytes }) =>
                    html`<li><span class="amount">${formatBytes(bytes)}</span> ${namespace}/${name}</li>`,
            ),
        )}
    </ul>`;
}

function total(owners: readonly EpcOwner[]): number {
    return owners.reduce((sum, { bytes }) => sum + bytes, 0);
}

function rounded(value: number): number {
    return Math.round(value * 10) / 10;
}
