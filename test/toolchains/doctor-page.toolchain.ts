import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../doctor/model/report.js";
import { renderReport } from "../../doctor/render/index.js";
import { nodeRow, reportOf, troubled } from "../doctor/support/reports.js";
import { axeViolations, open, overflow, startBrowser, tabOrder } from "./browser.js";
import { skipped } from "./fresh.js";

const widths = [375, 880, 1440];
/** Both schemes and both layouts; axe takes its time with 500 nodes. */
const looks = [
    { scheme: "light", width: 375 },
    { scheme: "dark", width: 1440 },
];
const pages: [string, Report][] = [
    ["a healthy node", reportOf({ nodes: [nodeRow(0)], skipped: { "CA-A01": { needs: "--azure" } } })],
    ["no node", reportOf()],
    ["1 node in trouble", troubled(1)],
    ["50 nodes", troubled(50)],
    ["500 nodes", troubled(500)],
    ["names as long as they may be", longNames()],
];

/** Nodes, pods and namespaces with the longest names that Kubernetes allows, and texts without a space. */
function longNames(): Report {
    const long = "n".repeat(253);
    const place = { kind: "Pod", namespace: long.slice(0, 63), name: long };
    const owners = [{ namespace: long.slice(0, 63), name: long, bytes: 1 << 20 }];
    const [finding] = troubled(1).categories.flatMap(({ checks }) => checks.flatMap(({ findings }) => findings));
    const findings =
        finding === undefined ? [] : [{ ...finding, seen: long, fix: `\`kubectl get pods ${long}\``, where: [place] }];
    return reportOf({ findings, nodes: [nodeRow(0, { name: long, owners })], skipped: { "CA-C07": { needs: long } } });
}

describe.skipIf(skipped)("the doctor's page in Chromium", () => {
    let browser: Browser;
    beforeAll(async () => {
        browser = await startBrowser();
    });
    afterAll(async () => {
        await browser.close();
    });

    it.each(pages)(
        "asks for nothing, complains of nothing, and passes axe in light and dark: %s",
        async (name, report) => {
            const { page, requests, complaints } = await open(browser, `${name}.html`, renderReport(report, "html"));
            for (const { scheme, width } of looks) {
                await page.setViewport({ width, height: 900 });
                await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
                expect(await axeViolations(page), `${scheme}, ${width} pixels`).toEqual([]);
            }
            expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
            await page.close();
        },
    );

    it.each(pages)(
        "is never wider than its window, also with everything open, and on paper: %s",
        async (name, report) => {
            const { page } = await open(browser, `${name}.html`, renderReport(report, "html"));
            await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
            for (const width of widths) {
                await page.setViewport({ width, height: 900 });
                expect(await overflow(page), `${width} pixels`).toBe(0);
            }
            await page.emulateMediaType("print");
            // A4 with the page's own margins.
            await page.setViewport({ width: 688, height: 1016 });
            expect(await overflow(page)).toBe(0);
            await page.close();
        },
    );

    it("can be used with the keyboard alone: Tab reaches every link and switch in view in its order, Enter opens", async () => {
        const { page } = await open(browser, "keyboard.html", renderReport(troubled(500), "html"));
        const { inView, reached } = await tabOrder(page);
        expect(inView.length).toBeGreaterThan(30);
        expect(reached).toEqual(inView);
        await page.focus("details.pool > summary");
        await page.keyboard.press("Enter");
        expect(await page.evaluate("document.querySelector('details.pool').open")).toBe(true);
        await page.close();
    });

    it("has on paper all places of a finding, and of healthy pools only the line that is in view", async () => {
        const { page } = await open(browser, "paper.html", renderReport(troubled(500), "html"));
        await page.emulateMediaType("print");
        const isInView = (selector: string) => page.evaluate(`document.querySelector("${selector}").checkVisibility()`);
        expect(await isInView(".finding .more .places")).toBe(true);
        expect(await isInView(".pool .nodes")).toBe(false);
        const pdf = Buffer.from(await page.pdf({ format: "A4" })).toString("latin1");
        expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThan(9);
        await page.close();
    });
});
