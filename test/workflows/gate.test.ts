import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
) => (...values: unknown[]) => Promise<void>;

interface Workflow {
    jobs: { gate: { steps: { with?: { script?: string } }[] } };
}

/** Runs the gate of a workflow against a double of GitHub's API; gives what it failed with. */
async function gate(workflow: string, environment: string, answer: () => unknown): Promise<string[]> {
    const text = readFileSync(path.resolve(__dirname, "../../.github/workflows", workflow), "utf8");
    const script = (parse(text) as Workflow).jobs.gate.steps[0]?.with?.script ?? "";
    const failed: string[] = [];
    const getEnvironment = async ({ environment_name: name }: { environment_name: string }) => {
        expect(name).toBe(environment);
        return Promise.resolve({ data: answer() });
    };
    await new AsyncFunction("github", "context", "core", script)(
        { rest: { repos: { getEnvironment } } },
        { repo: { owner: "o", repo: "r" } },
        { setFailed: (message: string) => void failed.push(message) },
    );
    return failed;
}

describe.each([
    ["pr-preview.yml", "azure-preview"],
    ["up.yml", "azure-up"],
])("the gate of %s", (workflow, environment) => {
    it("opens where a reviewer has to approve", async () => {
        const rules = [{ type: "required_reviewers", reviewers: [{ type: "User" }] }];
        expect(await gate(workflow, environment, () => ({ protection_rules: rules }))).toEqual([]);
    });

    it.each([
        ["nothing", undefined],
        ["no reviewer", [{ type: "required_reviewers", reviewers: [] }]],
        ["a branch policy and a timer", [{ type: "branch_policy" }, { type: "wait_timer" }]],
    ])("stays shut with %s", async (_, rules) => {
        expect(await gate(workflow, environment, () => ({ protection_rules: rules }))).toEqual([
            expect.stringContaining(`${environment} has no required reviewers`),
        ]);
    });

    it("stays shut where there is no such environment, or GitHub does not say", async () => {
        const fails = (status: number) => () => {
            throw Object.assign(new Error(`answer ${status}`), { status });
        };
        expect(await gate(workflow, environment, fails(404))).toEqual([
            expect.stringContaining("no required reviewers"),
        ]);
        await expect(gate(workflow, environment, fails(403))).rejects.toThrow("answer 403");
    });
});
