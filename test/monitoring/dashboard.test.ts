import { writeFileSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildDashboard } from "../../dashboards/dashboard.js";

const file = "dashboards/confidential-aks.json";
const text = `${JSON.stringify(buildDashboard(), null, 2)}\n`;
if (process.env.RENEW !== undefined) writeFileSync(file, text);

describe("the dashboard", () => {
    test("is the one that the package ships; RENEW=1 writes it", () => {
        expect(readFileSync(file, "utf8")).toBe(text);
    });
});
