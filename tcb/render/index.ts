import type { Report } from "../model/report.js";
import { renderShort, renderTable } from "./table.js";

/** How a report is shown. */
export type TcbFormat = "table" | "short" | "json";

/** A report in one of the formats, with a line feed at its end. */
export function renderReport(report: Report, format: TcbFormat, { colors = false } = {}): string {
    switch (format) {
        case "table":
            return renderTable(report, colors);
        case "short":
            return renderShort(report, colors);
        case "json":
            return `${JSON.stringify(report, undefined, 2)}\n`;
    }
}
