import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { alertsOf } from "../../components/monitoring/alerts.js";
import { prometheusGroups } from "../../components/monitoring/rules.js";
import { ownMetrics } from "./emitted.js";

const page = readFileSync("docs/monitoring.md", "utf8");

/** Rows of the table under a heading: their cells. */
function rowsUnder(heading: string): string[][] {
    const [, section = ""] = page.split(`\n## ${heading}\n`);
    const rows = section.split("\n## ")[0]?.match(/^\| `.*\|$/gm) ?? [];
    return rows.map((row) =>
        row
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

describe("docs/monitoring.md", () => {
    test("has every metric that the pods give, with its type, and no other", () => {
        expect(
            rowsUnder("Metrics")
                .map(([name]) => name)
                .sort(),
        ).toEqual([...ownMetrics()].sort());
        for (const [name = "", type] of rowsUnder("Metrics"))
            expect(type, name).toBe(name.endsWith("_total") ? "counter" : "gauge");
    });

    test("has every alert with its severity, and no other", () => {
        const quoteHelper = { namespace: "", name: "" };
        const alerts = alertsOf({ quoteHelper, hasProof: true, tcbCheck: "", disabled: [] });
        const rules = prometheusGroups(alerts).flatMap((group) => group.rules);
        expect(
            rowsUnder("Alerts")
                .map(([name, severity]) => `${name ?? ""} ${severity ?? ""}`)
                .sort(),
        ).toEqual(rules.map(({ alert, labels }) => `${alert} ${labels.severity ?? ""}`).sort());
        // It takes at least as long as the expression has to hold.
        for (const [name, , after = ""] of rowsUnder("Alerts")) {
            const minutes = Number.parseInt(after) * (after.endsWith("h") ? 60 : 1);
            const least = alerts.find((alert) => alert.name === name)?.minutes ?? Infinity;
            expect(minutes, name).toBeGreaterThanOrEqual(least);
        }
    });
});
