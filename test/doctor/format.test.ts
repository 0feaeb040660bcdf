import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { runInThisContext } from "node:vm";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { judge } from "../../doctor/judge/judge";
import { readReport } from "../../doctor/model/read";
import { renderReport } from "../../doctor/render/index";
import { tempDir } from "../support/temp-dirs";
import { attestingPod, goodVerdict, healthy } from "./support/cluster";
import { noPlace, proven, replaceProof } from "./support/node-proofs";

const page = readFileSync("docs/doctor-format.md", "utf8");

/** The fields that a table of the page describes. */
function described(mark: string): string[] {
    const [, table = ""] = new RegExp(`<!-- fields:${mark} -->\\n+((?:\\|.*\\n)+)`).exec(page) ?? [];
    return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, field = ""]) => field).sort();
}

/** A report that has every field: a problem, effects of it, checks that were not made, a proof, and one that waits. */
const report = judge(
    proven(2, (objects) => {
        const { nodes, pods } = objects;
        const { status } = nodes[1]!;
        nodes[1]!.status = { ...status, allocatable: { ...status.allocatable, "sgx.intel.com/enclave": "0" } };
        const sample = attestingPod("sample", { node: "aks-enclave-1" });
        sample.metadata.labels = {
            ...sample.metadata.labels,
            ...{ "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "sample" },
        };
        sample.status = {
            phase: "Succeeded",
            containerStatuses: [
                {
                    name: "app",
                    ready: false,
                    restartCount: 0,
                    state: { terminated: { exitCode: 0, message: goodVerdict, finishedAt: "2026-11-27T10:00:00Z" } },
                },
            ],
        };
        pods.push(sample, attestingPod("work", { node: "aks-enclave-1", epc: "8170Mi" }));
        replaceProof(objects, noPlace(), { bound: false }, "aks-enclave-1");
    }),
);
const checks = report.categories.flatMap((category) => category.checks);
const fields = (objects: readonly object[]) => [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();

describe("docs/doctor-format.md", () => {
    test("describes every field, and no other", () => {
        expect(described("report")).toEqual(fields([report]));
        expect(described("check")).toEqual(fields([...checks, { because: "", needs: "", pending: true }]));
        expect(described("finding")).toEqual(fields(checks.flatMap(({ findings }) => findings)));
        expect(described("node")).toEqual(fields(report.nodes));
    });

    test("has an example that reads a real report", () => {
        const [, example = ""] = /<!-- example:reading -->\s+```ts\n([\s\S]*?)```/.exec(page) ?? [];
        const { outputText } = ts.transpileModule(example, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
        const module = { exports: {} as { withoutPlugin: (file: string) => string[] } };
        const run = runInThisContext(`(require, exports) => {${outputText}\n}`) as (...all: unknown[]) => void;
        run(createRequire(path.resolve("docs/reading.ts")), module.exports);
        const file = path.join(tempDir(), "report.json");
        const { nodes } = report;
        writeFileSync(
            file,
            renderReport({ ...report, nodes: [{ ...nodes[0]!, plugin: "none" }, ...nodes.slice(1)] }, "json"),
        );
        expect(module.exports.withoutPlugin(file)).toEqual(["aks-enclave-0"]);
    });
});

describe("a report", () => {
    test("is read as it was written; another format, another version and missing parts are refused", () => {
        expect(readReport(renderReport(report, "json"))).toEqual(report);
        expect(() => readReport("{")).toThrow("not a report: this is not JSON");
        expect(() => readReport(JSON.stringify({ ...report, version: 2 }))).toThrow("version 2 is not supported");
        expect(() => readReport(JSON.stringify({ ...report, nodes: {} }))).toThrow("wrong type: nodes");
    });

    test("is the same, byte by byte, for the same bundle", () => {
        expect(renderReport(judge(healthy(3)), "json")).toBe(renderReport(judge(healthy(3)), "json"));
    });
});
