import { FAILURE_FORMAT, FAILURE_VERSION, type PlanFailure, type PlanProblem } from "../model/problem.js";
import { cleanLines } from "../../terminal/text.js";
import type { Plan } from "../model/format.js";

/** The plan as JSON, in the documented format (docs/plan-format.md). */
export function renderJson(plan: Plan): string {
    return jsonText(plan);
}

/** Why there is no plan, as JSON, in the documented format (docs/plan-format.md). */
export function renderFailure({ message, problems }: { message: string; problems: readonly PlanProblem[] }): string {
    const failure: PlanFailure = {
        format: FAILURE_FORMAT,
        version: FAILURE_VERSION,
        message: cleanLines(message),
        problems: [...problems],
    };
    return jsonText(failure);
}

/** JSON on lines, in which control characters and those that reorder text are escaped: it may be read on a terminal. */
export function jsonText(value: unknown): string {
    const text = JSON.stringify(value, undefined, 2);
    return `${text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
