import { createHash } from "node:crypto";
import type { Report } from "../../model/report.js";
import { countsText } from "../words.js";
import { checksSection } from "./checks.js";
import { findingsSection, firstSection } from "./findings.js";
import { html, Markup } from "./markup.js";
import { nodesSection } from "./nodes.js";
import { style } from "./style.js";
import { moment } from "./time.js";

/** Nothing is loaded and nothing runs: only this page's own style is used. */
const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** The report as one page that needs no other file, no script and no network. */
export function renderHtml(report: Report): string {
    const counts = countsText(report);
    const page = html`<!doctype html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="referrer" content="no-referrer" />
                <link rel="icon" href="data:," />
                <title>
                    ${report.first === undefined ? "Healthy" : report.first.code}: ${counts} - confidential-aks doctor
                </title>
                ${new Markup(`<style>${style}</style>`)}
            </head>
            <body>
                <header>
                    <p class="brand">confidential-aks <b>doctor</b></p>
                    <p class="meta">Kubernetes ${report.kubernetes} · read ${moment(report.at)}</p>
                </header>
                <main>
                    ${firstSection(report)}
                    <nav aria-label="Parts of this page">
                        <a href="#nodes">Nodes</a><a href="#checks">All checks</a><span class="counts">${counts}</span>
                    </nav>
                    ${findingsSection(report)} ${nodesSection(report)} ${checksSection(report)}
                </main>
                <footer>
                    <p>
                        Read only: nothing in the cluster was changed. Links of codes lead to the documentation of each
                        check.
                    </p>
                </footer>
            </body>
        </html> `;
    return page.text;
}
