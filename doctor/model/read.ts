import { readDocument, wrongFields } from "../../terminal/document.js";
import { CommandError } from "../../terminal/errors.js";
import { DOCTOR_FORMAT, DOCTOR_VERSION, type Report } from "./report.js";

/** Reads a report written by `doctor --format json`; a newer version or another format is an error that says so. */
export function readReport(json: string): Report {
    const kind = { name: "report", format: DOCTOR_FORMAT, version: DOCTOR_VERSION, error: CommandError };
    const report = readDocument(kind, json);
    const wrong = wrongFields(report, { at: "text", kubernetes: "text", categories: "list", nodes: "list" });
    if (wrong.length > 0) throw new CommandError(`not a report: missing or of the wrong type: ${wrong.join(", ")}`);
    return report as unknown as Report;
}
