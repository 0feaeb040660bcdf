import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardRules, RuleSubject } from "../../../components/sgx/policies";
import type { Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { mustCreate } from "../support/policies";
import { bypasses } from "./bypasses";
import { startCovered } from "./covered";
import { elsewhere } from "./essence";
import { pod } from "./pods";

/*
 * Every way around the guard that we could think of, on a real API server, and each refused for the reason it should be: by the rule
 * named, or by Kubernetes itself where that comes first.
 */
let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    ({ plane, api } = await startCovered());
});
afterAll(() => plane.stop());

test("there are at least 120, each with a title of its own", () => {
    expect(bypasses.length).toBeGreaterThanOrEqual(120);
    expect(new Set(bypasses.map(({ title }) => title)).size).toBe(bypasses.length);
});

test("each rule on new pods has one", () => {
    const tried = new Set(bypasses.map(({ refusedBy }) => refusedBy));
    const rules = guardRules({ allowInProcess: false, csiDrivers: [] }).filter(
        ({ about }) => about !== RuleSubject.change,
    );
    // Where nothing injects only: modes.e2e.ts.
    expect(rules.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual(["not-set-up"]);
});

describe("refused is", () => {
    test.each(bypasses)("$title ($refusedBy)", async ({ refusedBy, pod: tried }) => {
        const { status, body } = await api.create(tried, { dryRun: "All" });
        const expected = typeof refusedBy === "string" ? / \(([a-z-]+)\)$/ : refusedBy;
        expect(body.message).toMatch(expected);
        if (typeof refusedBy !== "string") return;
        expect([status, expected.exec(body.message ?? "")?.[1]]).toEqual([403, refusedBy]);
    });
});

test("the same pods are admitted by Kubernetes where no policy is bound, so the tests above can fail", async () => {
    const ours = bypasses.filter(({ refusedBy }) => typeof refusedBy === "string");
    const answers = await Promise.all(
        ours.map(async ({ title, pod: tried }) => {
            const { status, body } = await api.create(elsewhere(tried, "free"), { dryRun: "All" });
            return status === 201 ? [] : [`${title}: ${body.message ?? ""}`];
        }),
    );
    expect(answers.flat()).toEqual([]);
});

test("a refused pod is refused with a generated name as well", async () => {
    const tried = pod({ app: { securityContext: { privileged: true } }, metadata: { generateName: "tried-" } });
    delete tried.metadata.name;
    const { status, body } = await api.create(tried);
    expect([status, body.message]).toEqual([403, expect.stringContaining("(privileged)")]);
    await mustCreate(api, pod({ metadata: { name: "plain" } }));
});
