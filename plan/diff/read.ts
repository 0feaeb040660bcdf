import { readDocument, wrongFields } from "../../terminal/document.js";
import { PlanError } from "../model/errors.js";
import { DIFF_FORMAT, DIFF_VERSION, type PlanDiff } from "./format.js";

/** Reads a diff written by `diff --format json`; a newer version or another format is an error that says so. */
export function readDiff(json: string): PlanDiff {
    const diff = readDocument({ name: "diff", format: DIFF_FORMAT, version: DIFF_VERSION, error: PlanError }, json);
    const wrong = wrongFields(diff, { mode: "text", base: "object", head: "object", stacks: "list" });
    if (wrong.length > 0) throw new PlanError(`not a diff: missing or of the wrong type: ${wrong.join(", ")}`);
    return diff as unknown as PlanDiff;
}
