import { describe, expect, it } from "vitest";
import { exitCode } from "../../../../cli/fail-on.js";
import type { PlanResource } from "../../../../plan/model/format.js";
import { renderDiff } from "../../../../plan/render/diff/index.js";
import { compare, enclaveJob, resource, wholeDiff } from "../plans.js";
import {
    admission,
    assignment,
    binding,
    cluster,
    clusterRole,
    credential,
    key,
    policy,
    ranges,
    reading,
    SIGNER,
    unknown,
} from "./support.js";

const permit = (...conditions: string[]) =>
    policy(`version=1.0;\nauthorizationrules { ${conditions.join(" && ")} => permit(); };`);
const noDebug = `[type=="x-ms-sgx-is-debuggable", value==false]`;
const enclaves = (...all: object[]) => key({ enclaves: all } as PlanResource["inputs"]);
const usual = { signer: SIGNER, product: 7, minimumSvn: 3, debug: false };
const rule = { expression: "e", message: "m" };
const guard = (spec: object) => admission("ValidatingAdmissionPolicy", { validations: [rule], ...spec });
const bound = (spec: object) =>
    admission("ValidatingAdmissionPolicyBinding", {
        policyName: "a",
        validationActions: ["Deny"],
        ...spec,
    });
const within = (...values: string[]) =>
    bound({ matchResources: { namespaceSelector: { matchExpressions: [{ key: "k", operator: "In", values }] } } });
const [OLD, NEW] = ["5e".repeat(32), "6f".repeat(32)];

/** What is shut or narrow, and the same wider. */
const kinds: [string, PlanResource[], PlanResource[]][] = [
    ["a new key", [], [key()]],
    ["an older SVN", [key()], [enclaves({ ...usual, minimumSvn: 2 })]],
    ["debug enclaves", [key()], [enclaves({ ...usual, debug: true })]],
    ["another signer as well", [key()], [enclaves(usual, { ...usual, signer: "2b".repeat(32) })]],
    [
        "a second measurement",
        [enclaves({ ...usual, measurements: [OLD] })],
        [enclaves({ ...usual, measurements: [OLD, NEW] })],
    ],
    ["an attestation policy with debug enclaves", [permit(noDebug)], [permit()]],
    ["a role assignment", [], [assignment()]],
    ["a role on more", [assignment({ scope: "/subscriptions/s/a" })], [assignment({ scope: "/subscriptions/s" })]],
    ["a role without its condition", [assignment({ condition: "c" })], [assignment()]],
    ["a federated credential", [], [credential()]],
    ["a ClusterRole", [], [clusterRole([reading])]],
    ["a rule of a ClusterRole", [clusterRole([])], [clusterRole([reading])]],
    ["a rule of a Role", [clusterRole([], {}, "Role")], [clusterRole([reading], {}, "Role")]],
    ["a ClusterRoleBinding", [], [binding(["a"])]],
    ["a subject of a ClusterRoleBinding", [binding(["a"])], [binding(["a", "b"])]],
    ["a subject of a RoleBinding", [binding(["a"], {}, "RoleBinding")], [binding(["a", "b"], {}, "RoleBinding")]],
    ["more addresses for the API server", [ranges("1.2.3.4")], [ranges("1.2.3.0/24")]],
    ["all addresses for the API server", [ranges("1.2.3.4")], [cluster({})]],
    ["a public API server", [cluster({ apiServerAccessProfile: { enablePrivateCluster: true } })], [cluster({})]],
    ["no admission policy", [guard({})], []],
    ["no binding of one", [bound({})], []],
    ["a binding that only audits", [bound({})], [bound({ validationActions: ["Audit"] })]],
    ["a namespace left out", [within("a", "b")], [within("a")]],
    ["an exemption", [guard({})], [guard({ matchConditions: [{ name: "c", expression: "e" }] })]],
];

const code = (before: PlanResource[], after: PlanResource[]) => exitCode(wholeDiff(compare(before, after)), ["access"]);

describe("--fail-on access", () => {
    it.each(kinds)("exits with 3: %s", (_, before, after) => {
        expect(code(before, after)).toBe(3);
    });

    it.each(kinds)("exits with 0 the other way round: %s", (_, before, after) => {
        expect(code(after, before)).toBe(0);
    });

    it.each([
        ["another authority", key(), key({ authority: "https://q.weu.attest.azure.net" })],
        ["an authority that is not known", key(), key({ authority: unknown })],
        ["enclaves that are not known", key(), key({ enclaves: unknown })],
        ["another principal", assignment(), assignment({ principalId: "p-2" })],
        ["another ServiceAccount", credential(), credential({ subject: "system:serviceaccount:a:b" })],
        ["another rule", guard({}), guard({ validations: [{ ...rule, expression: "f" }] })],
    ])("exits with 3 both ways, since it cannot be judged or is another one: %s", (_, before, after) => {
        expect([code([before], [after]), code([after], [before])]).toEqual([3, 3]);
    });

    it("exits with 0 where nothing of access changes, and by itself fails for nothing else", () => {
        const config = (value: string) => resource("kubernetes:core/v1:ConfigMap", "c", { data: { value } });
        expect(code([key(), config("a")], [key(), config("b")])).toBe(0);
        expect(code([enclaveJob("app", "64Mi")], [])).toBe(0);
        expect(exitCode(wholeDiff(compare([key()], [])), ["access", "delete"])).toBe(3);
    });

    it("a stack that cannot be planned stays an error", () => {
        const failed = { ...compare([], [key()]), status: "failed" as const };
        expect(exitCode(wholeDiff(failed), ["access"])).toBe(1);
    });
});

describe("a rendered diff", () => {
    const stack = compare(
        [key(), clusterRole([reading])],
        [enclaves({ ...usual, minimumSvn: 4, debug: true }), clusterRole([])],
    );
    const diff = wholeDiff(stack);

    it("has what widens access before everything else of the stack, marked", () => {
        const text = renderDiff(diff, "text").split("\n");
        const start = text.indexOf("fixture/dev");
        expect(text.slice(start + 1, start + 5)).toEqual([
            "  !! widens access: ExportableKey payroll: debug enclaves are allowed: refuse this",
            "  access: ExportableKey payroll: SVN 3 is no longer enough",
            "  access: ClusterRole r: the role no longer allows all of get, list of pods",
            expect.stringMatching(/^ {2}~ /),
        ]);
        expect(text.find((line) => line.startsWith("dev "))).toMatch(/1 change widens access$/);
    });

    it("has it first in a comment, and keeps it where there is no room for the rest", () => {
        const comment = renderDiff(diff, "markdown");
        const first = "- **widens access:** ExportableKey payroll: debug enclaves are allowed: refuse this";
        expect(comment.split("#### `fixture/dev`\n\n")[1]?.split("\n")[0]).toBe(first);
        const many = Array.from({ length: 3000 }, (_, at) =>
            resource("kubernetes:core/v1:ConfigMap", `config-map-${at}`, { data: { text: "a".repeat(40) } }),
        );
        const large = renderDiff(
            wholeDiff(compare([...many, key()], [enclaves({ ...usual, debug: true })])),
            "markdown",
        );
        expect(large).toContain("**Cut to fit a comment.**");
        expect(large).toContain(first);
    });

    it("has it in the JSON", () => {
        const { stacks } = JSON.parse(renderDiff(diff, "json")) as typeof diff;
        expect(stacks[0]?.access?.[0]).toEqual({
            urn: key().urn,
            type: "confidential-aks:index:ExportableKey",
            name: "payroll",
            widens: true,
            text: "debug enclaves are allowed: refuse this",
        });
    });

    it("names a change of access also where no resource differs", () => {
        const own = (name: string) =>
            resource("azure-native:attestation:AttestationProvider", name, { providerName: `${name}attest` });
        const of = ({ urn }: PlanResource) => key({ authority: unknown }, { dependencies: [urn] });
        const [a, b] = [own("a"), own("b")];
        const text = renderDiff(wholeDiff(compare([a, b, of(a)], [a, b, of(b)])), "text");
        expect(text).toContain(
            "!! widens access: ExportableKey payroll: another authority: tokens of the provider battest",
        );
    });
});
