import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FindingReason } from "../../tcb/model/report";
import { renderReport } from "../../tcb/render/index";
import { renderMetrics } from "../../tcb/render/metrics";
import { pckOf, quoteOf } from "../doubles/intel-pcs/platform";
import { recordedFmspc } from "../doubles/intel-pcs/service";
import { tempDir } from "../support/temp-dirs";
import { check, withDouble } from "./support/check";

const file = "docs/tcb.md";
const of = withDouble();
const page = () => readFileSync(file, "utf8");

/** First cells of the table behind a mark. */
function cells(mark: string): string[] {
    const [, table = ""] = new RegExp(`<!-- ${mark} -->\\n+((?:\\|.*\\n)+)`).exec(page()) ?? [];
    return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = ""]) => cell).sort();
}

const fields = (objects: readonly object[]) => [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();
const today = "1515020401800E000000000000000000";

describe("docs/tcb.md", () => {
    test("shows the real report of a day before the promotion", async () => {
        of.intel.now = new Date("2026-08-05T06:00:00Z");
        const report = await check(of.intel, { fmspc: [recordedFmspc], cpusvn: today, pcesvn: "13" });
        const real = renderReport(report, "table");
        const pattern = /(<!-- tcb:warning -->\n+```text\n)([\s\S]*?)(```\n)/;
        if (process.env["RENEW"] !== undefined)
            writeFileSync(
                file,
                page().replace(pattern, (_, start: string, __, end: string) => start + real + end),
            );
        expect(pattern.exec(page())?.[2]).toBe(real);
    });

    test("describes every reason, and no other", () => {
        expect(cells("reasons")).toEqual(Object.values(FindingReason).sort());
    });

    test("describes every field and series, and no other", async () => {
        const components = [...Buffer.from(today, "hex")];
        const pck = pckOf(of.intel.cas.platform, { fmspc: recordedFmspc, components, pceSvn: 13 });
        const quote = join(tempDir(), "quote.bin");
        writeFileSync(quote, quoteOf(pck, [of.intel.cas.platform, of.intel.root]));
        const report = await check(of.intel, { quote: [quote], azureBaseline: true });
        expect(cells("fields:report")).toEqual(fields([report]));
        expect(cells("fields:finding")).toEqual(fields(report.findings));
        expect(cells("fields:platform")).toEqual(fields(report.platforms));
        expect(cells("fields:set")).toEqual(fields(report.platforms.flatMap(({ sets }) => sets)));
        expect(cells("fields:collateral")).toEqual(fields(report.collateral));
        const series = [...renderMetrics(report).matchAll(/^(\w+)(?:\{(.*)\})? /gm)].map(
            ([, name = "", labels = ""]) => {
                const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
                return names.length === 0 ? name : `${name}{${names.join(",")}}`;
            },
        );
        expect(cells("metrics")).toEqual([...new Set(series)].sort());
    });
});
