/** That `npm run floors` sees an import that goes up: each is planted in a copy of nothing but itself. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const depcruise = resolve("node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const config = resolve(".dependency-cruiser.cjs");

let tree: string;
beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), "floors-"));
    writeFileSync(join(tree, "tsconfig.check.json"), JSON.stringify({ compilerOptions: { module: "nodenext" } }));
});
afterEach(() => {
    rmSync(tree, { recursive: true, force: true });
});

interface Planted {
    from: string;
    to: string;
    rule: string;
}

/** Files of the tree, and what the floors say about them: "rule: from -> to". */
function violations(planted: Omit<Planted, "rule">[], kind: "import" | "import type" = "import type"): string[] {
    const files = new Map<string, string>();
    for (const { from, to } of planted) {
        const target = relative(dirname(from), to).replace(/\.ts$/, ".js");
        const statement = `${kind} { A } from "${target.startsWith(".") ? target : `./${target}`}";\n`;
        files.set(from, `${files.get(from) ?? ""}${statement}`);
        files.set(to, files.get(to) ?? "");
    }
    for (const [file, statements] of files) {
        mkdirSync(join(tree, dirname(file)), { recursive: true });
        writeFileSync(join(tree, file), `${statements}export interface A { a: 1 }\n`);
    }
    const roots = [...new Set([...files.keys()].map((file) => file.split("/")[0] ?? file))];
    // Exit code 0: the JSON reporter tells of violations in its answer only.
    const args = [depcruise, "--config", config, "--output-type", "json", ...roots];
    const { summary } = JSON.parse(execFileSync(process.execPath, args, { cwd: tree, encoding: "utf8" })) as {
        summary: { violations: { rule: { name: string }; from: string; to: string }[] };
    };
    return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
}

const up: Planted[] = [
    { from: "components/problems/a.ts", to: "components/sgx/b.ts", rule: "floor-problems" },
    { from: "components/sgx/attestation/a.ts", to: "components/shared/b.ts", rule: "floor-sgx" },
    { from: "components/shared/a.ts", to: "components/cluster/args.ts", rule: "floor-shared" },
    { from: "components/cluster/a.ts", to: "components/job/args.ts", rule: "floor-cluster" },
    { from: "components/policies/a.ts", to: "components/platform/args.ts", rule: "floor-policies" },
    { from: "components/platform/a.ts", to: "config/b.ts", rule: "floor-platform" },
    { from: "plan/diff/a.ts", to: "components/job/args.ts", rule: "floor-plan-diff" },
    { from: "plan/diff/revision/a.ts", to: "plan/render/diff/b.ts", rule: "floor-plan-diff" },
    { from: "plan/model/a.ts", to: "plan/record/b.ts", rule: "floor-plan-model" },
    { from: "plan/lens/a.ts", to: "plan/diff/b.ts", rule: "floor-plan-lens" },
    { from: "terminal/a.ts", to: "components/problems/b.ts", rule: "floor-terminal" },
    { from: "doctor/a.ts", to: "plan/model/b.ts", rule: "floor-doctor" },
    { from: "doctor/model/a.ts", to: "doctor/judge/b.ts", rule: "floor-doctor-model" },
    { from: "doctor/judge/a.ts", to: "doctor/collect/b.ts", rule: "floor-doctor-judge" },
    { from: "doctor/collect/a.ts", to: "doctor/judge/b.ts", rule: "floor-doctor-collect" },
    { from: "doctor/render/a.ts", to: "doctor/judge/b.ts", rule: "floor-doctor-render" },
    { from: "tcb/a.ts", to: "components/sgx/b.ts", rule: "floor-tcb" },
    { from: "tcb/model/a.ts", to: "tcb/verify/b.ts", rule: "floor-tcb-model" },
    { from: "tcb/verify/a.ts", to: "tcb/collect/b.ts", rule: "floor-tcb-verify" },
    { from: "tcb/collect/a.ts", to: "tcb/judge/b.ts", rule: "floor-tcb-collect" },
    { from: "tcb/judge/a.ts", to: "tcb/collect/b.ts", rule: "floor-tcb-judge" },
    { from: "tcb/render/a.ts", to: "tcb/judge/b.ts", rule: "floor-tcb-render" },
    { from: "cli/a.ts", to: "components/job/args.ts", rule: "floor-cli" },
    { from: "config/a.ts", to: "components/cluster/args.ts", rule: "floor-config" },
];

test("an import of a room that is above is found, also one of a type only", () => {
    const found = violations(up);
    for (const { from, to, rule } of up) expect(found).toContain(`${rule}: ${from} -> ${to}`);
});

test("a circle is found, also one of types only", () => {
    const found = violations([
        { from: "plan/diff/a.ts", to: "plan/diff/b.ts" },
        { from: "plan/diff/b.ts", to: "plan/diff/a.ts" },
    ]);
    expect(found).toContain("no-circular: plan/diff/a.ts -> plan/diff/b.ts");
});

test("an import of a room below is none of these", () => {
    expect(
        violations(
            [
                { from: "components/platform/a.ts", to: "components/job/args.ts" },
                { from: "components/job/a.ts", to: "components/shared/b.ts" },
                { from: "plan/diff/a.ts", to: "components/sgx/b.ts" },
                { from: "plan/render/a.ts", to: "plan/model/b.ts" },
                { from: "plan/diff/a.ts", to: "terminal/c.ts" },
                { from: "doctor/judge/a.ts", to: "components/sgx/b.ts" },
                { from: "cli/a.ts", to: "doctor/b.ts" },
            ],
            "import",
        ),
    ).toEqual([]);
});
