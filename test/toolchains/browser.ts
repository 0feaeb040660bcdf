import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { source as axe } from "axe-core";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { inject } from "vitest";
import { browserCommands, findCommand } from "../e2e/tools/toolchain.mjs";

/** Debian's Chromium without a window. */
export function startBrowser(): Promise<Browser> {
    const executablePath = findCommand("chromium");
    if (executablePath === undefined)
        throw new Error(`chromium is missing: install the Debian package ${browserCommands.chromium}`);
    // Chromium's own sandbox does not start as root.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    return puppeteer.launch({ executablePath, args });
}

/** A page that is open, and everything it asked for or complained about. */
export interface Opened {
    page: Page;
    requests: string[];
    complaints: string[];
}

/** Opens a page from a file. */
export async function open(browser: Browser, name: string, markup: string): Promise<Opened> {
    const file = path.join(inject("work"), name);
    writeFileSync(file, markup);
    const page = await browser.newPage();
    const [requests, complaints]: [string[], string[]] = [[], []];
    const address = pathToFileURL(file).href;
    page.on("request", (request) => {
        if (request.url() !== address) requests.push(request.url());
    });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(address);
    return { page, requests, complaints };
}

/** What the rules of axe find: `rule: element`. */
export async function axeViolations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const found = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
        violations: { id: string; nodes: { html: string }[] }[];
    };
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** How far the page is wider than its window, in pixels. */
export async function overflow(page: Page): Promise<number> {
    return (await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) as number;
}

/** Everything in view that can be followed or opened, and what of it the Tab key reaches, with a visible outline. */
export async function tabOrder(page: Page): Promise<{ inView: string[]; reached: string[] }> {
    const nameOf = "(one) => [one.tagName, one.getAttribute('href') ?? '', one.textContent.trim()].join(' ')";
    const inView = (await page.evaluate(
        `[...document.querySelectorAll("a, summary")].filter((one) => one.checkVisibility()).map(${nameOf})`,
    )) as string[];
    const reached: string[] = [];
    for (let pressed = 0; pressed < inView.length; pressed += 1) {
        await page.keyboard.press("Tab");
        const outlined = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
        reached.push(
            (await page.evaluate(`${outlined} ? (${nameOf})(document.activeElement) : "no outline"`)) as string,
        );
    }
    return { inView, reached };
}
