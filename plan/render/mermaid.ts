import type { Plan } from "../model/format.js";
import { childrenOf } from "../model/order.js";
import { clean } from "../model/text.js";
import { shortType } from "../model/urn.js";

/**
 * Text inside a quoted Mermaid label: entities for all that means something there
 * (https://mermaid.js.org/syntax/flowchart.html).
 */
export function escapeMermaid(text: string): string {
    return clean(text).replace(/[^\p{L}\p{N} ._:/$@-]/gu, (char) => `#${char.codePointAt(0) ?? 63};`);
}

/** The plan as a Mermaid flowchart of parents and children. Ids are numbers, so no name can break it. */
export function renderMermaid(plan: Plan): string {
    const lines = [
        "flowchart LR",
        `    %% ${clean(`${plan.project}/${plan.stack}`).replace(/[{}]/g, "")}: offline plan`,
    ];
    const ids = new Map(plan.resources.map((resource, index) => [resource.urn, `r${index}`]));
    for (const resource of plan.resources) {
        const label = `${escapeMermaid(shortType(resource.type))}<br/>${escapeMermaid(resource.name)}`;
        const [open, close] = resource.custom ? ["[", "]"] : ["([", "])"];
        lines.push(`    ${ids.get(resource.urn) ?? ""}${open}"${label}"${close}`);
    }
    for (const [parent, children] of childrenOf(plan.resources)) {
        const from = ids.get(parent);
        if (from === undefined) continue;
        for (const child of children) lines.push(`    ${from} --> ${ids.get(child.urn) ?? ""}`);
    }
    return `${lines.join("\n")}\n`;
}
