import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardRules } from "../../../components/sgx/admission/rules";
import { debugged, metadataOf, otherImage, type Change } from "../../sgx/admission/fixtures";
import { fixturesOf } from "../../sgx/admission/rules";
import { ofServed, options } from "../../sgx/admission/verdict";
import { fc } from "../../support/fast-check";
import type { Answer, Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { mustCreate } from "../support/policies";
import { asTenant, startCovered } from "./covered";
import { elsewhere } from "./essence";
import { oddPods } from "./generated";
import { namespace, pod, type Pod } from "./pods";

/*
 * Each rule with its own pods on a real API server, as an administrator and as a tenant with the rules of the role
 * `edit`. The same pods are asked of the expressions alone in test/sgx/policies/rules.test.ts: where both pass, both
 * say the same.
 */
const rules = guardRules(options);

/** Pods that are there before the policies, under names of their own. */
const old = new Map<Pod, Pod>();
for (const [id, { refused = {}, refusedChanges = {}, passingChanges = {} }] of Object.entries(fixturesOf)) {
    const changes = [...Object.values(refusedChanges), ...Object.values(passingChanges)];
    for (const before of [...Object.values(refused), ...changes.map((change) => change.before)]) {
        if (old.has(before)) continue;
        old.set(before, { ...before, metadata: Object.assign({}, before.metadata, { name: `${id}-${old.size}` }) });
    }
}

let plane: ControlPlane;
let api: Api;
let tenant: Api;
beforeAll(async () => {
    const covered = await startCovered(async (fresh) => {
        await Promise.all([...old.values()].map((before) => mustCreate(fresh, before)));
    });
    ({ plane, api } = covered);
    tenant = await asTenant(covered);
});
afterAll(() => plane.stop());

/** "admitted", the rule that refused, or what else was said. */
function verdict({ status, body }: Answer): string {
    const message = body.message ?? "";
    if (status === 200 || status === 201) return "admitted";
    return (status === 403 && / denied request: .* \(([a-z-]+)\)$/.exec(message)?.[1]) || `${status} ${message}`;
}

const create = async (by: Api, tried: Pod) => by.create(tried, { dryRun: "All" });

/** Tries a change of a pod from before the policies, and keeps nothing of it. */
async function tryChange(as: Api, { before, by, change }: Change): Promise<Answer> {
    const there = old.get(before)!;
    const root = `/api/v1/namespaces/${namespace}`;
    const path = `${root}/pods/${there.metadata.name ?? ""}`;
    const query = { dryRun: "All" };
    if (by === "binding" || by === "bindings") {
        const binding = { ...there, kind: "Binding", metadata: { name: there.metadata.name, namespace } };
        const body = { ...binding, spec: undefined, target: { apiVersion: "v1", kind: "Node", name: "node" } };
        change(body as unknown as Pod);
        return as.call("POST", by === "binding" ? `${path}/binding` : `${root}/bindings`, { body, query });
    }
    const { body } = await as.call("GET", path);
    change(body as unknown as Pod);
    return as.call("PUT", by === "" ? path : `${path}/${by}`, { body, query });
}

const answers = async <T>(table: Record<string, T>, ask: (row: T) => Promise<Answer>) =>
    Object.fromEntries(
        await Promise.all(Object.entries(table).map(async ([title, row]) => [title, verdict(await ask(row))] as const)),
    );
const all = (table: object, answer: string) => Object.fromEntries(Object.keys(table).map((title) => [title, answer]));

describe.each(rules)("the rule $id", ({ id }) => {
    const {
        refused = {},
        passes,
        refusedByKubernetes = {},
        refusedChanges = {},
        passingChanges = {},
    } = fixturesOf[id]!;

    test("refuses pods of every user that Kubernetes admits where no policy is bound", async () => {
        expect(await answers(refused, (row) => create(api, row))).toEqual(all(refused, id));
        expect(await answers(refused, (row) => create(tenant, row))).toEqual(all(refused, id));
        expect(await answers(refused, (row) => create(api, elsewhere(row, "free")))).toEqual(all(refused, "admitted"));
    });

    test("lets pods of every user pass", async () => {
        expect(await answers(passes, (row) => create(api, row))).toEqual(all(passes, "admitted"));
        expect(await answers(passes, (row) => create(tenant, row))).toEqual(all(passes, "admitted"));
    });

    test("is not needed where Kubernetes refuses pods itself", async () => {
        for (const [title, { says, pod: tried }] of Object.entries(refusedByKubernetes)) {
            expect((await create(api, tried)).body.message, title).toMatch(says);
        }
    });

    test("refuses changes, and lets others pass", async () => {
        expect(await answers(refusedChanges, (row) => tryChange(api, row))).toEqual(all(refusedChanges, id));
        expect(await answers(passingChanges, (row) => tryChange(api, row))).toEqual(all(passingChanges, "admitted"));
        // The role has no rights on states, Bindings and ephemeral containers; what it may try is refused by the same
        // rule.
        const asked = await answers(refusedChanges, (row) => tryChange(tenant, row));
        for (const answer of Object.values(asked)) expect(answer).toMatch(new RegExp(`^${id}$|User "tenant" cannot`));
        const updates = Object.fromEntries(Object.entries(refusedChanges).filter(([, { by }]) => by === ""));
        expect(await answers(updates, (row) => tryChange(tenant, row))).toEqual(all(updates, id));
    });

    test("is asked again of pods from before when an image changes or they are debugged, and lets them be finished", async () => {
        const noted = { labels: { team: "a" }, annotations: { note: "b" } };
        expect(await answers(refused, (row) => tryChange(api, otherImage(row)))).toEqual(all(refused, id));
        expect(await answers(refused, (row) => tryChange(tenant, otherImage(row)))).toEqual(all(refused, id));
        expect(await answers(refused, (row) => tryChange(api, debugged(row)))).toEqual(all(refused, id));
        for (const by of ["", "status"] as const) {
            const answer = await answers(refused, (row) => tryChange(api, metadataOf(row, by, noted)));
            expect(answer).toEqual(all(refused, "admitted"));
        }
        const deleted = await answers(refused, (row) => api.delete(old.get(row)!, { dryRun: "All" }));
        expect(deleted).toEqual(all(refused, "admitted"));
    });
});

test("the expressions say of 200 odd pods by themselves what the API server says", async () => {
    const seen = new Set<string>();
    await fc.assert(
        fc.asyncProperty(oddPods, async (tried) => {
            // Where the policies set a pod up there is nothing to compare.
            const { labels } = tried.metadata as { labels?: Record<string, string> };
            fc.pre(labels?.["confidential-aks/attestation"] !== "out-of-process");
            const { status, body } = await create(api, elsewhere(tried, "free"));
            fc.pre(status === 201);
            const said = verdict(await create(api, tried));
            seen.add(said);
            expect(ofServed(body)).toBe(said);
        }),
        { numRuns: 200 },
    );
    expect(seen.size).toBeGreaterThanOrEqual(8);
});

test("a refused pod is refused with a generated name as well", async () => {
    const tried = pod({ app: { securityContext: { privileged: true } }, metadata: { generateName: "tried-" } });
    delete tried.metadata.name;
    expect(verdict(await api.create(tried))).toBe("privileged");
    expect(verdict(await api.create(pod({ metadata: { name: "plain" } })))).toBe("admitted");
});
