import type { Report } from "../model/report.js";
import { renderHtml } from "./html/index.js";
import { renderShort, renderTable } from "./table.js";

/** How a report is shown. */
export type DoctorFormat = "table" | "short" | "json" | "html";

/** A report in one of the formats, with a line feed at its end. */
export function renderReport(report: Report, format: DoctorFormat, { colors = false } = {}): string {
    switch (format) {
        case "table":
            return renderTable(report, colors);
        case "short":
            return renderShort(report, colors);
        case "json":
            return `${JSON.stringify(report, undefined, 2)}\n`;
        case "html":
            return renderHtml(report);
    }
}
