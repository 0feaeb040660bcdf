import { html, type Markup } from "./markup.js";

const units: readonly [string, number][] = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
];

/** A moment for people: `2026-11-27 12:00 UTC`. */
export function moment(at: string): Markup {
    const time = Date.parse(at);
    if (Number.isNaN(time)) return html`${at}`;
    const iso = new Date(time).toISOString();
    return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** How long before `now` it was: `3 hours before`, as seen when the cluster was read. */
export function timeAgo(at: string, now: string): Markup {
    const seconds = (Date.parse(now) - Date.parse(at)) / 1000;
    if (!(seconds >= 0)) return moment(at);
    const found = units.find(([, size]) => seconds >= size);
    const count = found === undefined ? 0 : Math.floor(seconds / found[1]);
    const text = found === undefined ? "just now" : `${count} ${found[0]}${count === 1 ? "" : "s"} ago`;
    return html`<time datetime="${at}" title="${at}">${text}</time>`;
}
