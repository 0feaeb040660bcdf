import type { Report } from "../../model/report.js";

/** The report as one page that needs no other file. */
export function renderHtml(report: Report): string {
    return `<!doctype html><title>${report.at}</title>\n`;
}
