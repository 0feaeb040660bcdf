import type { NodeRow, Report } from "../../model/report.js";
import { epcBar, ownerList, sharedBar, takenText } from "./epc-bar.js";
import { badge } from "./icons.js";
import { html, joined, type Markup } from "./markup.js";
import { timeAgo } from "./time.js";

/** So many nodes are in view, those with findings first; the others are behind switches, a pool each. */
const nodesInView = 12;

/** A row for each SGX node. */
export function nodesSection({ nodes, at }: Report): Markup {
    const ordered = [...nodes.filter(needsCare), ...nodes.filter((node) => !needsCare(node))];
    const inView = ordered.slice(0, nodes.length > nodesInView ? Math.min(careCount(nodes), nodesInView) : nodesInView);
    const rest = ordered.slice(inView.length);
    return html`<section aria-labelledby="nodes">
        <h2 id="nodes">SGX nodes <span class="count">${nodes.length}</span></h2>
        ${nodes.length === 0 ? html`<p class="none">No node with SGX was seen.</p>` : html``}
        ${inView.length === 0 ? html`` : table(inView, at, rest.length === 0 ? "All SGX nodes" : "Nodes that need care")}
        ${joined(pools(rest).map((pool) => poolSwitch(pool, at)))}
    </section>`;
}

/** Whether something is wrong with a node, or seems so. */
function needsCare({ ready, plugin, aesm, codes }: NodeRow): boolean {
    return codes.length > 0 || !ready || plugin !== "ready" || aesm !== "ready";
}

function careCount(nodes: readonly NodeRow[]): number {
    return nodes.filter(needsCare).length;
}

/** The nodes by pool, the pools in the order of their first node. */
function pools(nodes: readonly NodeRow[]): NodeRow[][] {
    const byPool = new Map<string, NodeRow[]>();
    for (const node of nodes) byPool.set(node.pool, [...(byPool.get(node.pool) ?? []), node]);
    return [...byPool.values()];
}

/** A pool in one line: how many nodes, and their EPC together; with all rows behind it. */
function poolSwitch(nodes: readonly NodeRow[], at: string): Markup {
    const pool = nodes[0]?.pool ?? "";
    const name = pool === "" ? "nodes without a pool" : pool;
    const sizes = [...new Set(nodes.map(({ vmSize }) => vmSize))].join(", ");
    const care = careCount(nodes);
    const state = care === 0 ? badge("ok", "ready") : badge("problem", `${care} need care`);
    return html`<details class="pool">
        <summary>
            <span class="pool-name">${name}</span> <span class="pool-size">${sizes}</span
            ><span class="pool-count">${counted(nodes.length, "node")}</span>${state}
            <span class="pool-epc">${sharedBar(nodes)}</span>
        </summary>
        ${table(nodes, at, `Nodes of ${name}`)}
    </details>`;
}

function table(nodes: readonly NodeRow[], at: string, caption: string): Markup {
    const heads = ["Node", "Device plugin", "EPC taken", "AESM", "Last proof", "Findings"];
    return html`<table role="table" class="nodes">
        <caption class="unseen">
            ${caption}
        </caption>
        <thead role="rowgroup">
            <tr role="row">
                ${joined(heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`))}
            </tr>
        </thead>
        <tbody role="rowgroup">
            ${joined(nodes.map((node) => row(node, at)))}
        </tbody>
    </table>`;
}

function row(node: NodeRow, at: string): Markup {
    return html`<tr role="row">
        <th role="rowheader" scope="row">
            <span class="node-name">${node.name}</span><span class="node-about">${about(node)}</span>
        </th>
        ${cell("Device plugin", state(node.plugin))} ${cell("EPC taken", epc(node))} ${cell("AESM", state(node.aesm))}
        ${cell("Last proof", proof(node, at))} ${cell("Findings", codes(node))}
    </tr>`;
}

/** A cell that names its column, which a narrow screen shows. */
function cell(head: string, content: Markup): Markup {
    return html`<td role="cell">
        <span class="head" aria-hidden="true">${head}</span>
        <div>${content}</div>
    </td>`;
}

function about({ pool, vmSize, ready }: NodeRow): Markup {
    const words = [pool, vmSize].filter((word) => word !== "").join(" · ");
    return ready ? html`${words}` : html`${words} ${badge("problem", "not ready")}`;
}

function state(value: NodeRow["plugin"]): Markup {
    if (value === "ready") return badge("ok", value);
    return badge(value === "none" ? "skipped" : "problem", value);
}

function epc({ epcBytes, owners }: NodeRow): Markup {
    if (epcBytes === undefined) return badge("skipped", "none offered");
    const taken = takenText({ epcBytes, owners });
    const bar = epcBar({ epcBytes, owners });
    if (owners.length === 0) return html`${bar}<span class="taken">${taken}</span>`;
    return html`${bar}
        <details class="more">
            <summary>${taken}<span class="unseen">, by pod</span></summary>
            ${ownerList(owners)}
        </details>`;
}

function proof({ proof: last, proofWaits }: NodeRow, at: string): Markup {
    if (last === undefined)
        return html`<span class="muted">${proofWaits === undefined ? "none" : `waits for ${proofWaits}`}</span>`;
    return html`${badge(last.verdict === "out-of-process" ? "ok" : "problem", last.verdict)} ${timeAgo(last.at, at)}`;
}

function codes({ codes: all, name }: NodeRow): Markup {
    if (all.length === 0) return html`<span class="muted">none</span>`;
    return html`<span class="codes"
        >${joined(
            all.map((code) => html`<a class="code" href="#${code}">${code}<span class="unseen"> of ${name}</span></a>`),
        )}</span
    >`;
}

function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
