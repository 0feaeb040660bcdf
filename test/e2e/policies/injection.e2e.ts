import { fc } from "../../support/fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withAttestation } from "../../../components/sgx";
import type { Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { startCovered } from "./covered";
import { admitted, elsewhere } from "./essence";
import { labelledPods, oddPods } from "./generated";

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    ({ plane, api } = await startCovered());
});
afterAll(() => plane.stop());

test("what the API server injects into 300 generated pods is, field by field, what withAttestation writes", async () => {
    let injected = 0;
    await fc.assert(
        fc.asyncProperty(labelledPods, async (pod) => {
            const expected = await admitted(api, elsewhere(withAttestation(pod, "outOfProcess"), "free"));
            expect(await admitted(api, pod)).toEqual(expected);
            injected++;
        }),
        { numRuns: 300 },
    );
    expect(injected).toBeGreaterThanOrEqual(300);
});

test("a pod that withAttestation made comes out as it would without policies", async () => {
    await fc.assert(
        fc.asyncProperty(labelledPods, fc.boolean(), fc.boolean(), async (pod, wait, toleration) => {
            const made = withAttestation(pod, "outOfProcess", { wait, toleration });
            expect(await admitted(api, made)).toEqual(await admitted(api, elsewhere(made, "free")));
        }),
        { numRuns: 60 },
    );
});

test("no expression errs on any of 400 odd pods that Kubernetes takes: each is admitted, or refused by a rule", async () => {
    const seen = { admitted: 0, refused: new Set<string>(), kubernetes: 0 };
    await fc.assert(
        fc.asyncProperty(oddPods, async (pod) => {
            const { status, body } = await api.create(pod, { dryRun: "All" });
            const message = body.message ?? "";
            const rule = /denied request: .* \(([a-z-]+)\)$/.exec(message)?.[1];
            if (status === 201) seen.admitted++;
            else if (status === 403 && rule !== undefined) seen.refused.add(rule);
            else {
                // Kubernetes' own refusal, the same as without policies; nothing of an expression in it.
                const { body: own } = await api.create(elsewhere(pod, "free"), { dryRun: "All" });
                expect(message).toBe(own.message);
                seen.kubernetes++;
            }
        }),
        { numRuns: 400 },
    );
    // Most get to the guard: pods that Kubernetes refuses anyway would try nothing.
    expect(seen.kubernetes).toBeLessThan(120);
    expect(seen.refused.size).toBeGreaterThanOrEqual(8);
});
