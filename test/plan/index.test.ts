import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { runInThisContext } from "node:vm";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { readDiff } from "../../plan/diff/read.js";
import type { PlanDiff } from "../../plan/diff/format.js";
import type { PlanObject } from "../../plan/model/format.js";
import { tempDir } from "../support/temp-dirs.js";
import { repo } from "./cli.js";
import { compare, enclavePool, planOf, resource, wholeDiff } from "./diff/plans.js";

const page = readFileSync("docs/plan-format.md", "utf8");
const example = /<!-- example:reading -->\s+```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
const file = path.join(repo, "docs/reading.ts");

interface Example {
    replaced: (file: string) => string[];
    jobsInUnknownNamespaces: (file: string) => string[];
}

/** The example as a module; `confidential-aks/plan` is the compiled package. */
function runExample(): Example {
    const { outputText } = ts.transpileModule(example, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    const module = { exports: {} };
    const run = runInThisContext(`(require, exports) => {${outputText}\n}`) as (...all: unknown[]) => void;
    run(createRequire(file), module.exports);
    return module.exports as Example;
}

function saved(content: object): string {
    const file = path.join(tempDir(), "saved.json");
    writeFileSync(file, JSON.stringify(content));
    return file;
}

describe("confidential-aks/plan", () => {
    it("reads a real plan and a real diff in the example", () => {
        const { replaced, jobsInUnknownNamespaces } = runExample();
        const diff = wholeDiff(compare([enclavePool()], [enclavePool({ vmSize: "Standard_DC8s_v3" })]));
        expect(replaced(saved(diff))).toEqual(["dev: pool (vmSize)"]);
        const job = (name: string, namespace: object | string) =>
            resource("kubernetes:batch/v1:Job", name, { metadata: { namespace } } as PlanObject);
        const plan = planOf([job("known", "a"), job("unknown", { $plan: "unknown" })]);
        expect(jobsInUnknownNamespaces(saved(plan))).toEqual(["unknown"]);
    });

    it("refuses what is no diff, and a diff of another version", () => {
        const diff: PlanDiff = wholeDiff();
        expect(readDiff(JSON.stringify(diff))).toEqual(diff);
        expect(() => readDiff("{")).toThrow("not a diff: this is not JSON");
        expect(() => readDiff(JSON.stringify(planOf([])))).toThrow('expected "confidential-aks/diff"');
        expect(() => readDiff(JSON.stringify({ ...diff, version: 2 }))).toThrow(
            "diff format version 2 is not supported",
        );
        expect(() => readDiff(JSON.stringify({ ...diff, stacks: {} }))).toThrow("wrong type: stacks");
    });
});
