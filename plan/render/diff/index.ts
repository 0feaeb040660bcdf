import type { PlanDiff } from "../../diff/format.js";
import { jsonText } from "../json.js";
import { renderDiffMarkdown } from "./markdown.js";
import { renderDiffText } from "./text.js";

/** Name of a rendering of a diff. */
export type DiffFormat = "text" | "markdown" | "json";

/** Renders a diff. */
export function renderDiff(diff: PlanDiff, format: DiffFormat, options: { colors?: boolean } = {}): string {
    switch (format) {
        case "text":
            return renderDiffText(diff, options);
        case "markdown":
            return renderDiffMarkdown(diff);
        case "json":
            return jsonText(diff);
    }
}
