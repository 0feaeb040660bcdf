import type { Plan } from "../format.js";

/** The plan as JSON, in the documented format (docs/plan-format.md). */
export function renderJson(plan: Plan): string {
    return `${JSON.stringify(plan, undefined, 2)}\n`;
}
