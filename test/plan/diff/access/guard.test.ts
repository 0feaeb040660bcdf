import { describe, expect, it } from "vitest";
import { AttestationPolicies, type AttestationPoliciesArgs } from "../../../../components/index.js";
import type { PlanObject, PlanResource } from "../../../../plan/model/format.js";
import { construct } from "../../../support/construct.js";
import { resource } from "../plans.js";
import { accessOf } from "./support.js";

type Args = Partial<AttestationPoliciesArgs>;
const usual: AttestationPoliciesArgs = { namespaces: ["payments", "ledger"], kubernetesVersion: "1.36" };

/** What the component really registers. */
async function guard(args: Args): Promise<PlanResource[]> {
    const made = await construct("preview", () => new AttestationPolicies("p", { ...usual, ...args }));
    return made
        .filter(({ type }) => /:ValidatingAdmissionPolicy/.test(type))
        .map(({ type, name, inputs }) => resource(type, name, inputs as PlanObject));
}

const both = async (before: Args | undefined, after: Args | undefined) =>
    [before === undefined ? [] : await guard(before), after === undefined ? [] : await guard(after)] as const;

describe("the guard of this package", () => {
    const wider: [string, Args | undefined, Args | undefined, string[]][] = [
        [
            "is removed",
            {},
            undefined,
            [
                "!! the policy goes: what it refused is admitted",
                "!! the policy holds nowhere by this binding any more: what it refused is admitted",
            ],
        ],
        ["only audits", {}, { guardMode: "audit" }, ["!! it no longer refuses anything, it only warns or audits"]],
        ["leaves a namespace out", {}, { namespaces: ["payments"] }, ["!! left out from now on: namespaces ledger"]],
        [
            "has one more namespace exempt",
            {},
            { exemptNamespaces: ["more"] },
            ["!! left out from now on: namespaces more"],
        ],
        [
            "allows in-process pods",
            {},
            { allowInProcess: true },
            ["!! pods labelled `in-process` may have the provisioning device from now on"],
        ],
        [
            "allows a CSI driver",
            {},
            { csiDrivers: ["secrets-store.csi.k8s.io", "a.example"] },
            ["!! pods may name more CSI drivers in their own volumes: `a.example`"],
        ],
    ];
    it.each(wider)("%s", async (_, before, after, expected) => {
        const found = accessOf(...(await both(before, after)));
        expect(found).toEqual(expect.arrayContaining(expected));
    });

    it.each(wider)("the other way round nothing widens access: %s", async (_, after, before) => {
        const found = accessOf(...(await both(before, after)));
        expect(found.filter((text) => text.startsWith("!!"))).toEqual([]);
    });

    it("with an expression that its arguments do not make cannot be judged", async () => {
        const [policy, ...rest] = await guard({ allowInProcess: true });
        const [narrower] = await guard({});
        const spec = narrower?.inputs["spec"] as PlanObject;
        const [size, ...validations] = spec["validations"] as PlanObject[];
        const changed = {
            ...narrower,
            inputs: {
                ...narrower?.inputs,
                spec: { ...spec, validations: [{ ...size, expression: "true" }, ...validations] },
            },
        } as PlanResource;
        const found = accessOf([policy as PlanResource, ...rest], [changed, ...rest]);
        expect(found.filter((text) => text.startsWith("!!"))).not.toEqual([]);
    });
});
