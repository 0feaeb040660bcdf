/** The page's only style, for light and dark screens, narrow ones, and paper. */
export const style = `
:root {
    color-scheme: light dark;
    --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --muted: #57606a; --line: #dde2e8; --link: #0a58b0;
    --problem: #b3261e; --problem-soft: #fdf1f0; --warning: #8a5000; --warning-soft: #fdf6e7;
    --ok: #1a6b3c; --ok-soft: #eef8f1; --mark: #ffffff; --track: #e3e8ee; --share0: #3568a8; --share1: #6d9bd1;
    --code: #eef1f5;
}
@media (prefers-color-scheme: dark) {
    :root {
        --page: #0f1318; --card: #171c23; --text: #e4e9ef; --muted: #9ba7b4; --line: #2a323c; --link: #82b7f7;
        --problem: #ff958b; --problem-soft: #241718; --warning: #efb95c; --warning-soft: #221c12;
        --ok: #6fd096; --ok-soft: #12211a; --mark: #12161c; --track: #2a323c; --share0: #6ea3e0; --share1: #456f9f;
        --code: #232a33;
    }
}
* { box-sizing: border-box; }
body {
    margin: 0 auto; padding: 0 24px 48px; max-width: 1160px; background: var(--page); color: var(--text);
    font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
header, nav { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; }
header { justify-content: space-between; padding: 20px 0 16px; }
header p, .first p, .finding p { margin: 0; }
.brand { letter-spacing: .01em; }
.meta, .counts, footer, .muted, .note, .node-about, .pool-size, .pool-count, time { color: var(--muted); }
.meta, footer, .note, .node-about { font-size: 13px; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.note a, footer a { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
:target { scroll-margin-top: 24px; }
h1 { margin: 6px 0 18px; font-size: 25px; line-height: 1.3; font-weight: 620; letter-spacing: -.01em; max-width: 46em; }
h2 { margin: 40px 0 12px; font-size: 18px; font-weight: 620; }
h3 { margin: 0 0 6px; font-size: 13px; font-weight: 600; color: var(--muted); }
h3::first-letter { text-transform: uppercase; }
.count { margin-left: 4px; color: var(--muted); font-weight: 400; }
ul, ol { margin: 0; padding: 0; list-style: none; }
code {
    padding: 1px 5px; border-radius: 4px; background: var(--code); user-select: all;
    font: .9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
.code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { flex: none; width: 16px; height: 16px; }
.icon .solid { fill: currentColor; }
.icon .hollow { fill: none; stroke: currentColor; stroke-width: 1.5; }
.icon .line, .icon .bar { fill: none; stroke: var(--mark); stroke-width: 1.8; stroke-linecap: round; }
.icon .bar { stroke: currentColor; }
.badge { display: inline-flex; gap: 6px; align-items: center; white-space: nowrap; }
.problem.badge, .problem.icon { color: var(--problem); }
.warning.badge, .warning.icon { color: var(--warning); }
.ok.icon { color: var(--ok); }
.skipped.badge, .skipped.icon { color: var(--muted); }
.first, .finding, .category, table, .pool, .none { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.first { padding: 24px 28px; border-left-width: 5px; }
.first.problem { border-left-color: var(--problem); background: var(--problem-soft); }
.first.warning { border-left-color: var(--warning); background: var(--warning-soft); }
.first.ok { border-left-color: var(--ok); background: var(--ok-soft); }
.first.ok h1 { margin-bottom: 2px; }
.eyebrow { display: flex; gap: 8px; align-items: center; font-size: 13px; color: var(--muted); }
.reason { padding-top: 16px; border-top: 1px solid var(--line); }
nav { margin: 16px 2px 0; }
.counts { margin-left: auto; }
.findings { display: grid; gap: 12px; }
.finding { padding: 16px 20px; border-left-width: 4px; }
.finding.problem { border-left-color: var(--problem); }
.finding.warning { border-left-color: var(--warning); }
.kind { display: flex; gap: 14px; align-items: center; font-size: 14px; }
.seen { padding: 6px 0 0; max-width: 74em; }
.where { margin-top: 8px; font-size: 13.5px; }
.places { display: flex; flex-wrap: wrap; gap: 3px 18px; }
.label { color: var(--muted); }
.finding .fix { margin-top: 12px; padding-top: 12px; border-top: 1px solid var(--line); max-width: 74em; }
.fix .label { margin-right: 8px; font-size: 13px; }
summary { cursor: pointer; width: fit-content; }
.more summary { color: var(--link); }
.more .places, .more .owners { padding-top: 4px; }
table { width: 100%; border-spacing: 0; font-size: 14px; }
th, td { padding: 10px 14px; text-align: left; vertical-align: top; font-weight: 400; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 13px; color: var(--muted); white-space: nowrap; }
tbody th { min-width: 190px; }
td { white-space: nowrap; }
td:nth-of-type(2) { width: 23%; min-width: 170px; white-space: normal; }
.node-name, .node-about { display: block; }
.node-name { font-weight: 550; }
.head { display: none; }
td time { display: block; font-size: 13px; }
.codes { display: flex; flex-wrap: wrap; gap: 2px 10px; max-width: 190px; }
.epc { display: block; width: 100%; height: 8px; margin: 6px 0 4px; border-radius: 4px; }
.track { fill: var(--track); }
.share0 { fill: var(--share0); }
.share1 { fill: var(--share1); }
.taken, td .more { font-size: 13px; }
.amount { display: inline-block; min-width: 4.5em; color: var(--muted); font-variant-numeric: tabular-nums; }
.pool { margin-top: 12px; }
.pool > summary {
    width: auto; display: grid; grid-template-columns: 20px minmax(90px, 1fr) 1.3fr 90px 130px 2fr; gap: 4px 14px;
    align-items: center; padding: 12px 18px; list-style: none; border-radius: 10px;
}
.pool > summary::-webkit-details-marker { display: none; }
.pool > summary::before { content: ""; width: 7px; height: 7px; border: solid var(--muted); border-width: 0 2px 2px 0; transform: rotate(-45deg); }
.pool[open] > summary::before { transform: rotate(45deg); }
.pool-name { font-weight: 550; }
.pool-epc { font-size: 13px; color: var(--muted); }
.pool table { border-width: 1px 0 0; border-radius: 0 0 10px 10px; }
.none { margin: 0; padding: 16px 20px; color: var(--muted); }
.categories { columns: 2; column-gap: 12px; }
.category { break-inside: avoid; margin-bottom: 12px; padding: 14px 18px; }
.checks li { display: grid; grid-template-columns: 94px 1fr auto; gap: 0 10px; padding: 5px 0; font-size: 14px; }
.checks .badge { align-self: start; }
.note { display: block; }
footer { margin-top: 40px; }
@media screen and (max-width: 860px) {
    body { padding: 0 16px 40px; }
    .first { padding: 20px; }
    h1 { font-size: 21px; }
    .counts { margin-left: 0; width: 100%; }
    .categories { columns: 1; }
    .nodes thead { display: none; }
    .nodes, .nodes tbody, .nodes tr, .nodes th, .nodes td { display: block; width: auto; }
    .nodes tr { padding: 12px 16px; border-top: 1px solid var(--line); }
    .nodes tr:first-child { border-top: 0; }
    .nodes th, .nodes td { padding: 3px 0; border: 0; }
    .nodes td { display: grid; grid-template-columns: 104px minmax(0, 1fr); white-space: normal; }
    .nodes td:nth-of-type(2) { width: auto; min-width: 0; }
    .head { display: inline; color: var(--muted); font-size: 13px; }
    .pool > summary { grid-template-columns: 20px 1fr auto; padding: 12px 16px; }
    .pool > summary > .badge { grid-row: 1; grid-column: 3; }
    .pool-size, .pool-count, .pool-epc { grid-column: 2 / -1; }
}
@media print {
    :root {
        --page: #fff; --card: #fff; --text: #000; --muted: #444; --line: #bbb; --link: #000; --problem: #8c1d18;
        --problem-soft: #fff; --warning: #6b3f00; --warning-soft: #fff; --ok: #14532d; --ok-soft: #fff; --mark: #fff;
        --track: #ddd; --share0: #333; --share1: #777; --code: #f2f2f2;
    }
    @page { margin: 14mm; }
    body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    nav a, footer { display: none; }
    h1 { font-size: 16pt; }
    h2 { margin-top: 24px; }
    table, .checks li { font-size: 9pt; }
    th, td { padding: 5px 8px; white-space: normal; }
    tbody th, td:nth-of-type(2) { min-width: 0; }
    .pool > summary { grid-template-columns: 14px 1fr 1.4fr 70px 90px 1.6fr; padding: 8px 12px; gap: 4px 8px; }
    .checks li { grid-template-columns: 76px 1fr auto; }
    .kind, .seen, .first, tr, .category, .pool > summary { break-inside: avoid; }
    h2 { break-after: avoid; }
    .finding .more::details-content, .first .more::details-content { content-visibility: visible; height: auto; }
}
@media (forced-colors: active) {
    .track { fill: Canvas; stroke: CanvasText; }
    .share0, .share1 { fill: Highlight; }
}
`;
