import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

let readme = readFileSync("README.md", "utf8");

/** The fenced block after a mark; `npm run renew` puts the real text there first. */
function block(mark: string, real: string): string {
    const pattern = new RegExp(`(<!-- ${mark} -->\\n+\`\`\`\\w+\\n)([\\s\\S]*?)(\`\`\`\\n)`);
    if (process.env["RENEW"] !== undefined) {
        readme = readme.replace(pattern, (_, start: string, __, end: string) => start + real + end);
        writeFileSync("README.md", readme);
    }
    const found = pattern.exec(readme);
    if (found === null) throw new Error(`README.md has no block ${mark}`);
    return found[2]!;
}

function plan(...args: string[]) {
    return spawnSync(process.execPath, ["dist/plan/cli.js", "plan", ...args], { encoding: "utf8", timeout: 60_000 });
}

interface Probe {
    exec: { command: string[] };
    failureThreshold: number;
    periodSeconds: number;
}

describe("the README", () => {
    test("shows the real output of its first command", () => {
        const { status, stdout } = plan();
        expect(status).toBe(0);
        expect(block("plan:dev", stdout)).toBe(stdout);
    });

    test("shows the real report of its mistaken command", () => {
        const command = /\$ npm run plan -- (.+)\n/.exec(readme)?.[1] ?? "";
        const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
        const { status, stdout, stderr } = plan(...args);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(block("plan:mistakes", stderr)).toBe(stderr);
    });

    test("shows the example as it is, of 20 lines at most", () => {
        const example = readFileSync("examples/import/index.ts", "utf8");
        expect(block("example:examples/import/index.ts", example)).toBe(example);
        expect(example.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(20);
    });

    test("tells the probes' real times", () => {
        const folder = "test/snapshots/dev/kubernetes";
        const name = readdirSync(folder).find((each) => each.endsWith("-daemonset-sgx-quote-helper.yaml")) ?? "";
        const file = readFileSync(`${folder}/${name}`, "utf8");
        const helper = parse(file) as { spec: { template: { spec: { containers: Record<string, Probe>[] } } } };
        const [aesm] = helper.spec.template.spec.containers;
        const words = { ready: "can it quote\\?", alive: "does it answer at all\\?" };
        for (const [name, label] of [
            ["startupProbe", "start-up"],
            ["readinessProbe", "readiness"],
            ["livenessProbe", "liveness"],
        ] as const) {
            const { exec, failureThreshold, periodSeconds } = aesm![name]!;
            const [, , , waits, question] = exec.command;
            const row = [label, words[question as keyof typeof words], `${periodSeconds} s`, `${waits!} s`];
            expect(readme).toMatch(new RegExp(`\\| ${row.join(" +\\| ")} +\\| ${failureThreshold} times`));
        }
    });
});

test("the example compiles against the package's own types", () => {
    const tsc = "node_modules/typescript/bin/tsc";
    const args = [tsc, "-p", "examples/import", "--noCheck", "false", "--noEmit", "--rootDir", "."];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 120_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test("the example plans: its Deployment attests out-of-process", () => {
    const { status, stdout, stderr } = plan("--program", "examples/import", "--stack", "dev", "--format", "json");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { resources } = JSON.parse(stdout) as { resources: { type: string; inputs: object }[] };
    const deployment = resources.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
    expect(JSON.stringify(deployment?.inputs)).toMatch(/"name":"SGX_AESM_ADDR","value":"1"/);
});
