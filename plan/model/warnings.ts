import type { PlanWarning } from "./format.js";

/** What was noticed before an error, as lines for the end of its message: it may be the reason. */
export function warningLines(warnings: readonly PlanWarning[]): string[] {
    const lines = new Set(warnings.map(({ code, message }) => `  ${code}: ${message}`));
    return lines.size === 0 ? [] : ["Warnings before that:", ...lines];
}
