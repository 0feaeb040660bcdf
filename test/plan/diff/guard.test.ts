import { describe, expect, it } from "vitest";
import { AttestationPolicies, type AttestationPoliciesArgs } from "../../../components/index.js";
import type { PlanObject, PlanResource } from "../../../plan/model/format.js";
import { construct } from "../../support/construct.js";
import { compare, compareOne, resource } from "./plans.js";

const usual: AttestationPoliciesArgs = { namespaces: ["payments", "ledger"], kubernetesVersion: "1.36" };

/** What the component really registers, as resources of a plan. */
async function policies(args: Partial<AttestationPoliciesArgs> = {}): Promise<PlanResource[]> {
    const made = await construct("preview", () => new AttestationPolicies("p", { ...usual, ...args }));
    const objects = made.filter(({ type }) => /:ValidatingAdmissionPolicy/.test(type));
    return objects.map(({ type, name, inputs }) => resource(type, name, inputs as PlanObject));
}

/** The first word of what is said of each object that differs. */
async function firstWords(before: Partial<AttestationPoliciesArgs>, after?: Partial<AttestationPoliciesArgs>) {
    const now = after === undefined ? [] : await policies(after);
    const { resources } = compare(await policies(before), now);
    return resources.map(({ type, consequences }) => [type.split(":").at(-1), consequences[0]]);
}

const general = "what the API server admits changes at once; pods that run already are not judged again";
const open = (names: string) =>
    `without the guard: ${names}. At Pod Security level \`privileged\`, which AESM's directory needs, pods there may have anything of ` +
    "the node: label such a namespace `baseline` first (docs/admission.md)";
const [POLICY, BINDING] = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];

describe("a change of the guard that opens something says so first:", () => {
    it("it is removed", async () => {
        expect(await firstWords({})).toEqual(
            expect.arrayContaining([
                [POLICY, general],
                [BINDING, open("`payments`, `ledger`")],
            ]),
        );
    });

    it("a namespace is taken out", async () => {
        expect(await firstWords({}, { namespaces: ["ledger"] })).toEqual([[BINDING, open("`payments`")]]);
    });

    it("it no longer enforces", async () => {
        expect(await firstWords({}, { guardMode: "audit" })).toEqual([
            [BINDING, "the guard no longer refuses anything, it warns only: `payments`, `ledger`"],
        ]);
    });

    it("in-process pods are allowed", async () => {
        expect(await firstWords({}, { allowInProcess: true })).toEqual([
            [POLICY, "pods labelled `in-process` may have the provisioning device from now on"],
        ]);
    });

    it("CSI drivers are added", async () => {
        const added = { csiDrivers: ["secrets-store.csi.k8s.io", "a.csi.example", "b.csi.example"] };
        const words = "pods may name more CSI drivers in their own volumes: `a.csi.example`, `b.csi.example`";
        expect(await firstWords({}, added)).toEqual([[POLICY, words]]);
        expect(await firstWords({ csiDrivers: [] }, added)).toEqual([
            [POLICY, words.replace(": ", ": `secrets-store.csi.k8s.io`, ")],
        ]);
    });
});

describe("a change of the guard that opens nothing says nothing of it:", () => {
    const closed: [string, Partial<AttestationPoliciesArgs>, Partial<AttestationPoliciesArgs>?][] = [
        ["a namespace is added", {}, { namespaces: ["payments", "ledger", "more"] }],
        ["it begins to enforce", { guardMode: "audit" }, {}],
        ["in-process pods are no longer allowed", { allowInProcess: true }, {}],
        ["CSI drivers are taken away", {}, { csiDrivers: [] }],
        ["it only warned, and is removed", { guardMode: "audit" }],
    ];
    it.each(closed)("%s", async (_, before, after) => {
        const words = await firstWords(before, after);
        expect(words.length).toBeGreaterThan(0);
        for (const [, first] of words) expect(first).toBe(general);
    });
});

describe("Pod Security of a namespace", () => {
    const namespace = (level?: string) =>
        resource("kubernetes:core/v1:Namespace", "n", {
            metadata: {
                name: "n",
                labels: level === undefined ? { a: "b" } : { "pod-security.kubernetes.io/enforce": level },
            },
        });
    const opened = [
        "Pod Security refuses nothing there any more: without the guard, pods may have anything of the node",
    ];

    it.each([
        ["baseline", "privileged", opened],
        [undefined, "privileged", []],
        ["privileged", "baseline", []],
    ] as const)("from %s to %s", (before, after, words) => {
        expect(compareOne(namespace(before), namespace(after))?.consequences).toEqual(words);
    });
});
