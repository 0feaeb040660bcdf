import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

/** The fenced block after a mark of a page; `npm run renew` puts the real text there first. */
function block(page: string, mark: string, real: string): string {
    const pattern = new RegExp(`(<!-- ${mark} -->\\n+\`\`\`\\w+\\n)([\\s\\S]*?)(\`\`\`\\n)`);
    let text = readFileSync(page, "utf8");
    if (process.env["RENEW"] !== undefined) {
        text = text.replace(pattern, (_, start: string, __, end: string) => start + real + end);
        writeFileSync(page, text);
    }
    const found = pattern.exec(text);
    if (found === null) throw new Error(`${page} has no block ${mark}`);
    return found[2]!;
}

function plan(...args: string[]) {
    return spawnSync(process.execPath, ["dist/cli/index.js", "plan", ...args], { encoding: "utf8", timeout: 60_000 });
}

/** The lines of a plan that the README shows: what a reader recognizes the components and the sizes by. */
function excerpt(text: string): string {
    const shown =
        /^\S.*offline plan|^\d+ resources|^Stack|^ *[└├]─ (Confidential|Enclave|OpenEnclave|Sgx)|─ AgentPool|^EPC|^ {2}(pool|enclave) /;
    return text
        .split("\n")
        .filter((line) => shown.test(line))
        .map((line) => (line.length > 100 ? `${line.slice(0, 99)}…\n` : `${line}\n`))
        .join("");
}

interface Probe {
    exec: { command: string[] };
    failureThreshold: number;
    periodSeconds: number;
}

describe("README.md", () => {
    test("shows lines of the real output of its first command", () => {
        const { status, stdout } = plan();
        expect(status).toBe(0);
        expect(block("README.md", "plan:excerpt", excerpt(stdout))).toBe(excerpt(stdout));
    });
});

describe("docs/plan.md", () => {
    test("shows the real output of its command", () => {
        const { status, stdout } = plan("--stack", "dcsv2");
        expect(status).toBe(0);
        expect(block("docs/plan.md", "plan:dcsv2", stdout)).toBe(stdout);
    });

    test("shows the real report of its mistaken command", () => {
        const command = /\$ npm run plan -- (.+)\n/.exec(readFileSync("docs/plan.md", "utf8"))?.[1] ?? "";
        const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
        const { status, stdout, stderr } = plan(...args);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(block("docs/plan.md", "plan:mistakes", stderr)).toBe(stderr);
    });
});

/** Pages, and the marks `<!-- KIND:FILE -->` in them. */
function marks(kind: string): [page: string, file: string][] {
    const pages = ["README.md", ...readdirSync("docs").map((name) => `docs/${name}`)].filter((page) =>
        page.endsWith(".md"),
    );
    return pages.flatMap((page) => {
        const found = readFileSync(page, "utf8").matchAll(new RegExp(`<!-- ${kind}:(examples/\\S+) -->`, "g"));
        return [...found].map(([, file = ""]): [string, string] => [page, file]);
    });
}

test.each(marks("example"))("%s shows %s as it is", (page, file) => {
    const text = readFileSync(file, "utf8");
    expect(block(page, `example:${file}`, text)).toBe(text);
});

test.each(marks("lines"))("%s shows lines of %s", (page, file) => {
    const [, text = ""] =
        new RegExp(`<!-- lines:${file} -->\n+\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(readFileSync(page, "utf8")) ?? [];
    const rest = readFileSync(file, "utf8").split("\n");
    const strange = text.split("\n").filter((line) => {
        const at = rest.indexOf(line);
        return at === -1 || rest.splice(0, at + 1).length === 0;
    });
    expect(text).not.toBe("");
    expect(strange).toEqual([]);
});

test("docs/attestation.md has the probes' real times", () => {
    const folder = "test/snapshots/dev/kubernetes";
    const name = readdirSync(folder).find((each) => each.endsWith("-daemonset-sgx-quote-helper.yaml")) ?? "";
    const file = readFileSync(`${folder}/${name}`, "utf8");
    const helper = parse(file) as { spec: { template: { spec: { containers: Record<string, Probe>[] } } } };
    const [aesm] = helper.spec.template.spec.containers;
    const words = { ready: "can it quote?", alive: "does it answer at all?" };
    const rows = readFileSync("docs/attestation.md", "utf8")
        .split("\n")
        .map((line) => line.split("|").map((cell) => cell.trim()));
    for (const [name, label] of [
        ["startupProbe", "start-up"],
        ["readinessProbe", "readiness"],
        ["livenessProbe", "liveness"],
    ] as const) {
        const { exec, failureThreshold, periodSeconds } = aesm![name]!;
        const [, , , waits, question] = exec.command;
        const [, , ...cells] = rows.find(([, first]) => first === label) ?? [];
        expect(cells.slice(0, 3)).toEqual([words[question as keyof typeof words], `${periodSeconds} s`, `${waits!} s`]);
        expect(cells[3]?.split(" times")[0]).toBe(String(failureThreshold));
    }
});

test("the example plans: its Deployment attests out-of-process", () => {
    const options = "--program examples/import/typescript --stack dev --format json";
    const { status, stdout, stderr } = plan(...options.split(" "));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { resources } = JSON.parse(stdout) as { resources: { type: string; inputs: object }[] };
    const deployment = resources.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
    expect(JSON.stringify(deployment?.inputs)).toMatch(/"name":"SGX_AESM_ADDR","value":"1"/);
});

test("examples/dev makes what stack dev makes", () => {
    /** Resources of Azure and of Kubernetes, as if in one project. */
    const planned = (...args: string[]) => {
        const { status, stdout, stderr } = plan(...args, "--stack", "dev", "--format", "json");
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        const text = stdout
            .replaceAll("::dev-example::", "::confidential-aks::")
            .replaceAll("dev-example-dev", "confidential-aks-dev");
        const { resources } = JSON.parse(text) as { resources: { type: string }[] };
        return resources.filter(({ type }) => !type.startsWith("confidential-aks:"));
    };
    expect(planned("--program", "examples/dev/typescript")).toEqual(planned());
});
