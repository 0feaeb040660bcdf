import type { Plan } from "../model/format.js";
import { renderJson } from "./json.js";
import { renderMarkdown } from "./markdown.js";
import { renderTree, type TreeOptions } from "./tree.js";

/** Name of a rendering. */
export type PlanFormat = "tree" | "markdown" | "json";

/** Renders a plan. */
export function renderPlan(plan: Plan, format: PlanFormat, options: TreeOptions = {}): string {
    switch (format) {
        case "tree":
            return renderTree(plan, options);
        case "markdown":
            return renderMarkdown(plan);
        case "json":
            return renderJson(plan);
    }
}
