import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildDashboard } from "../../dashboards/dashboard.js";
import { checkRules, promtool } from "./rules/promtool.js";
import { emittedMetrics } from "./emitted.js";

const file = "dashboards/confidential-aks.json";
const built = `${JSON.stringify(buildDashboard(), null, 2)}\n`;
if (process.env.RENEW !== undefined) writeFileSync(file, built);

interface Target {
    datasource: { type: string; uid: string };
    expr: string;
    refId: string;
}
interface Panel {
    id: number;
    type: string;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    datasource?: { uid: string };
    targets?: Target[];
    fieldConfig?: { defaults: { unit?: string }; overrides: { properties: { id: string; value?: unknown }[] }[] };
}
const { panels, templating, uid, ...dashboard } = JSON.parse(readFileSync(file, "utf8")) as {
    uid: string;
    title: string;
    schemaVersion: number;
    panels: Panel[];
    templating: { list: { name: string; type: string; datasource?: { uid: string }; query: string }[] };
};
const shown = panels.filter(({ type }) => type !== "row");
const targets = shown.flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel, target })));
const variables = templating.list.map(({ name }) => name);

describe("the dashboard", () => {
    test("is the one that the package ships; RENEW=1 writes it", () => {
        expect(readFileSync(file, "utf8")).toBe(built);
    });

    test("has an id for each panel, a title, a description and queries of their own names", () => {
        const ids = panels.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every((id) => id > 0)).toBe(true);
        expect(uid).toBe("confidential-aks");
        expect(dashboard.title).not.toBe("");
        expect(panels.filter(({ title }) => title === "")).toEqual([]);
        for (const { targets = [] } of shown) {
            expect(targets.length).toBeGreaterThan(0);
            expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
        }
    });

    test("asks the Prometheus that a person chooses, everywhere", () => {
        const uids = [
            ...targets.map(({ target }) => target.datasource.uid),
            ...shown.map(({ datasource }) => datasource?.uid),
            ...templating.list.filter(({ type }) => type === "query").map(({ datasource }) => datasource?.uid),
        ];
        expect(new Set(uids)).toEqual(new Set(["${datasource}"]));
        expect(templating.list.find(({ name }) => name === "datasource")?.type).toBe("datasource");
    });

    test("uses variables that it defines, or that Grafana has", () => {
        const text = [...targets.map(({ target }) => target.expr), ...templating.list.map(({ query }) => query)].join();
        const used = [...text.matchAll(/\$(?:\{(\w+)[^}]*\}|(\w+))/g)].map(([, braced, bare]) => braced ?? bare ?? "");
        expect(used.length).toBeGreaterThan(0);
        const known = [...variables, "__rate_interval", "__interval", "__range"];
        // "$1" of label_replace is none of them.
        expect(used.filter((name) => !known.includes(name) && name !== "1")).toEqual([]);
    });

    test("asks for metrics that this package or kube-state-metrics gives", () => {
        const names = targets.flatMap(({ target }) => target.expr.match(/\b(sgx|kube)_[a-z_]+(?=[{)\[ ])/g) ?? []);
        expect(names.length).toBeGreaterThan(15);
        const given = emittedMetrics();
        expect([...new Set(names)].filter((name) => !given.has(name))).toEqual([]);
    });

    test("shows every gauge of a node that its table is for", () => {
        const table = targets
            .filter(({ panel }) => panel.title === "Nodes")
            .map(({ target }) => target.expr)
            .join();
        for (const metric of ["sgx_aesm_up", "sgx_aesm_healthy", "sgx_aesm_error_code", "sgx_aesm_attestation_keys"])
            expect(table).toContain(metric);
        expect(table).toContain("sgx_proof_last_success_timestamp_seconds");
    });

    test("shows EPC in bytes, seconds in seconds, and times as times", () => {
        const units = (panel: Panel) => [
            panel.fieldConfig?.defaults.unit,
            ...(panel.fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
                properties.filter(({ id }) => id === "unit").map(({ value }) => value),
            ),
        ];
        const ofTitle = (title: string) => units(shown.find((panel) => panel.title === title)!);
        expect(ofTitle("EPC by owner")).toEqual(["bytes"]);
        expect(ofTitle("Seconds")).toEqual(["s"]);
        expect(ofTitle("Nodes")).toEqual(expect.arrayContaining(["bytes", "s", "dateTimeFromNow"]));
        expect(ofTitle("What ends, and when")).toEqual(expect.arrayContaining(["dateTimeAsIso"]));
        for (const panel of shown) expect(units(panel).filter(Boolean), panel.title).not.toEqual([]);
    });

    test("panels lie beside each other, within the 24 columns", () => {
        for (const [index, { gridPos: a, title }] of panels.entries()) {
            expect(a.x + a.w, title).toBeLessThanOrEqual(24);
            for (const { gridPos: b, title: other } of panels.slice(index + 1)) {
                const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                expect(apart, `${title} and ${other}`).toBe(true);
            }
        }
    });

    test.skipIf(promtool === undefined)("asks in PromQL, by promtool (skipped where it is not installed)", async () => {
        const filled = (expr: string) =>
            expr.replaceAll("$__rate_interval", "5m").replaceAll(/\$(cluster|node)\b/g, ".*");
        const rules = targets.map(({ target }, index) => ({ record: `q${index}`, expr: filled(target.expr) }));
        expect(await checkRules({ groups: [{ name: "dashboard", rules }] })).toBe("");
    });
});
