import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { AttestationPolicies, GuardMode, type AttestationPoliciesArgs } from "../../components";
import { attestationPoliciesOutputs, attestationPoliciesSpec } from "../../components/policies/spec";
import { construct, constructed, one, typeAndName } from "../support/construct";
import { expectRejected, failureOf, theTest } from "../support/failure";
import { kubernetesTypeErrors } from "../support/kubernetes-types";
import { constructStack } from "../support/stacks";

const args: AttestationPoliciesArgs = { namespaces: ["payments", "ledger"], kubernetesVersion: "1.36" };
const make = (more: Partial<AttestationPoliciesArgs> = {}) =>
    construct("preview", () => new AttestationPolicies("sgx", { ...args, ...more }));

/** As much of a policy or binding as the tests look at. */
interface Spec {
    failurePolicy?: string;
    reinvocationPolicy?: string;
    validationActions?: string[];
    policyName?: string;
    matchConstraints?: Record<string, unknown>;
    matchResources?: Record<string, unknown>;
    validations?: { expression: string; message: string }[];
}
const specOf = async (kind: string, more?: Partial<AttestationPoliciesArgs>) =>
    one(await make(more), `:${kind}`).inputs.spec as Spec;

const byName = (operator: string, values: string[]) => ({
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values }],
});
const system = ["kube-system", "kube-public", "kube-node-lease", "sgx-device-plugin", "sgx-quote-helper"];

describe("attestation policies", () => {
    test("are the guard and the injection, each a policy with its binding", async () => {
        const resources = await make();
        expect(resources.map(({ type, name, parent }) => `${type} ${name} < ${parent}`).sort()).toEqual([
            "confidential-aks:index:AttestationPolicies sgx < project-stack",
            "kubernetes:admissionregistration.k8s.io/v1:MutatingAdmissionPolicy sgx-injection < sgx",
            "kubernetes:admissionregistration.k8s.io/v1:MutatingAdmissionPolicyBinding sgx-injection < sgx",
            "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy sgx-guard < sgx",
            "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding sgx-guard < sgx",
        ]);
        for (const { name, inputs } of resources.slice(1)) expect(inputs.metadata).toMatchObject({ name });
        expect(kubernetesTypeErrors(resources.slice(1))).toEqual([]);
    });

    test("fail closed", async () => {
        expect((await specOf("ValidatingAdmissionPolicy")).failurePolicy).toBe("Fail");
        expect((await specOf("MutatingAdmissionPolicy")).failurePolicy).toBe("Fail");
    });

    test("are bound to the namespaces named, by the label that the API server keeps", async () => {
        for (const kind of ["ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"]) {
            expect((await specOf(kind)).matchResources).toEqual({
                namespaceSelector: byName("In", ["payments", "ledger"]),
            });
        }
    });

    test("never cover the cluster's own namespaces, whatever binds them", async () => {
        for (const kind of ["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"]) {
            const spec = await specOf(kind, { exemptNamespaces: ["quoting"] });
            expect(spec.matchConstraints).toMatchObject({ namespaceSelector: byName("NotIn", [...system, "quoting"]) });
        }
    });

    test("ask the guard of new pods and of each way to write to one, and inject into new labelled pods only", async () => {
        const writes = ["pods", "pods/ephemeralcontainers", "pods/resize", "pods/status", "pods/binding", "bindings"];
        expect((await specOf("ValidatingAdmissionPolicy")).matchConstraints).toMatchObject({
            resourceRules: [{ operations: ["CREATE", "UPDATE"], resources: writes }],
        });
        expect((await specOf("MutatingAdmissionPolicy")).matchConstraints).toMatchObject({
            objectSelector: { matchLabels: { "confidential-aks/attestation": "out-of-process" } },
            resourceRules: [{ operations: ["CREATE"], resources: ["pods"] }],
        });
    });

    test("refuse by default, and only warn in audit mode", async () => {
        const actions = async (guardMode?: GuardMode) =>
            (await specOf("ValidatingAdmissionPolicyBinding", guardMode === undefined ? {} : { guardMode }))
                .validationActions;
        expect(await actions()).toEqual(["Deny"]);
        expect(await actions("enforce")).toEqual(["Deny"]);
        expect(await actions("audit")).toEqual(["Warn", "Audit"]);
    });

    test("leave injection out where it is not wanted, without a word", async () => {
        const resources = await make({ inject: false, kubernetesVersion: "1.31" });
        expect(resources.map(({ name }) => name).sort()).toEqual(["sgx", "sgx-guard", "sgx-guard"]);
        expect(attestationPoliciesSpec({ ...args, inject: false, kubernetesVersion: "1.31" })).toMatchObject({
            problems: [],
            warnings: [],
        });
    });

    test.each(["1.30", "1.35", "1.35.9"])(
        "leave injection out on Kubernetes %s, with one warning, and keep the guard",
        async (kubernetesVersion) => {
            expect((await make({ kubernetesVersion })).map(({ name }) => name).sort()).toEqual([
                "sgx",
                "sgx-guard",
                "sgx-guard",
            ]);
            const { problems, warnings } = attestationPoliciesSpec({ ...args, kubernetesVersion });
            expect(problems).toEqual([]);
            expect(warnings.map(({ code, path }) => ({ code, path }))).toEqual([
                { code: "no-injection", path: "kubernetesVersion" },
            ]);
        },
    );

    test.each(["1.36", "1.36.2", "1.40"])("inject on Kubernetes %s", async (kubernetesVersion) => {
        const policy = one(await make({ kubernetesVersion }), ":MutatingAdmissionPolicy");
        expect(policy.name).toBe("sgx-injection");
        expect(attestationPoliciesSpec({ ...args, kubernetesVersion }).warnings).toEqual([]);
    });

    test("take a namespace that is known only later, and refuse it then when it is the cluster's own", async () => {
        const namespaces = [pulumi.output(Promise.resolve("made-here"))];
        expect(one(await make({ namespaces }), ":ValidatingAdmissionPolicyBinding").inputs.spec).toMatchObject({
            matchResources: { namespaceSelector: byName("In", ["made-here"]) },
        });
        const { spec } = attestationPoliciesSpec({ ...args, namespaces: [pulumi.output("kube-system")] });
        await expectRejected(attestationPoliciesOutputs(theTest, spec).namespaces[0], "namespaces[0]");
    });

    test("take an exempt namespace that is known only later, and refuse it then when it is no name", async () => {
        const exemptNamespaces = [pulumi.output(Promise.resolve("made-here"))];
        const { matchConstraints } = await specOf("ValidatingAdmissionPolicy", { exemptNamespaces });
        expect(matchConstraints).toMatchObject({ namespaceSelector: byName("NotIn", [...system, "made-here"]) });
        const { spec } = attestationPoliciesSpec({ ...args, exemptNamespaces: [pulumi.output("No name")] });
        const exempt = attestationPoliciesOutputs(theTest, spec).exemptNamespaces;
        await expectRejected(exempt.at(-1), "exemptNamespaces[0]");
    });

    test("give a program their two policies, and none for injection where pods are not set up", async () => {
        const { result } = await constructed("preview", () => ({
            both: new AttestationPolicies("both", args),
            guardOnly: new AttestationPolicies("guard-only", { ...args, inject: false }),
        }));
        const { both, guardOnly } = result;
        const policies = [both.guardPolicy, both.injectionPolicy!, guardOnly.guardPolicy];
        const group = "kubernetes:admissionregistration.k8s.io/v1";
        expect(await Promise.all(policies.map(typeAndName))).toEqual([
            `${group}:ValidatingAdmissionPolicy both-guard`,
            `${group}:MutatingAdmissionPolicy both-injection`,
            `${group}:ValidatingAdmissionPolicy guard-only-guard`,
        ]);
        expect(guardOnly.injectionPolicy).toBeUndefined();
    });

    test("let the provisioning device to in-process pods only where that is asked for", async () => {
        const says = async (allowInProcess: boolean) =>
            (await specOf("ValidatingAdmissionPolicy", { allowInProcess })).validations?.find(({ message }) =>
                message.endsWith("(provision)"),
            );
        expect((await says(false))?.expression).not.toContain("in-process");
        expect((await says(true))?.expression).toContain("in-process");
    });
});

describe("what is wrong with the arguments", () => {
    const problemsOf = (more: object) =>
        attestationPoliciesSpec({ ...args, ...more }).problems.map(({ path, remedy }) => `${path}: ${remedy}`);

    test.each<[string, object, string]>([
        ["no namespace", { namespaces: [] }, 'namespaces: name them, as in ["payments", "ledger"]'],
        ["namespaces missing", { namespaces: undefined }, 'namespaces: name them, as in ["payments", "ledger"]'],
        ["a namespace in capitals", { namespaces: ["Payments"] }, "namespaces[0]: choose a name of that form"],
        ["a namespace twice", { namespaces: ["a", "b", "a"] }, "namespaces[2]: remove one"],
        ["Kubernetes' own namespace", { namespaces: ["a", "kube-system"] }, "namespaces[1]: remove it from the list"],
        ["AESM's namespace", { namespaces: ["sgx-quote-helper"] }, "namespaces[0]: remove it from the list"],
        [
            "an exempt namespace",
            { namespaces: ["quoting"], exemptNamespaces: ["quoting"] },
            "namespaces[0]: remove it from the list",
        ],
        ["a bad exempt namespace", { exemptNamespaces: ["A b"] }, "exemptNamespaces[0]: choose a name of that form"],
        [
            "an unknown version",
            { kubernetesVersion: undefined },
            'kubernetesVersion: name it, such as "1.36", or set inject: false for the guard alone',
        ],
        [
            "a version with a v",
            { kubernetesVersion: "v1.36" },
            "kubernetesVersion: write it as text: without quotes, YAML reads 1.30 as the number 1.3",
        ],
        [
            "a version as a number",
            { kubernetesVersion: 1.36 },
            "kubernetesVersion: write it as text: without quotes, YAML reads 1.30 as the number 1.3",
        ],
        ["a version without policies", { kubernetesVersion: "1.29" }, "kubernetesVersion: upgrade the cluster"],
        [
            "a version without policies, for the guard alone",
            { kubernetesVersion: "1.29", inject: false },
            "kubernetesVersion: upgrade the cluster",
        ],
        ["an unknown mode", { guardMode: "Audit" }, 'guardMode: did you mean "audit"?'],
        ["a bad driver", { csiDrivers: ["a b"] }, "csiDrivers[0]: see kubectl get csidrivers"],
        ["drivers as text", { csiDrivers: "a" }, "csiDrivers: write a list"],
    ])("%s", (_, more, problem) => {
        expect(problemsOf(more)).toEqual([problem]);
    });

    test("is reported before anything is registered, all at once", () => {
        const error = failureOf(
            () => new AttestationPolicies("Not a name", { namespaces: ["kube-system"], kubernetesVersion: "1.2" }),
        );
        expect(error.problems.map(({ path }) => path)).toEqual(["name", "namespaces[0]", "kubernetesVersion"]);
    });
});

describe("policies of a platform", () => {
    test("know the cluster's version, and stay out of where AESM and the device plugin run", async () => {
        const resources = await constructStack("prod", "preview", {
            policies: { namespaces: ["payments"] },
            quoteHelper: { image: "r.example/aesm:1", namespace: "quoting" },
        });
        const policy = one(resources, ":MutatingAdmissionPolicy", "confidential-aks-injection");
        expect(policy.parent).toBe("confidential-aks");
        expect(policy.options.provider).toBe("confidential-aks-kubernetes");
        expect((policy.inputs.spec as Spec).matchConstraints).toMatchObject({
            namespaceSelector: byName("NotIn", [...system, "quoting"]),
        });
    });

    // The EPC hook of the device plugin has a policy of its own.
    const isOurs = ({ type, parent }: { type: string; parent: string }) =>
        type.includes("AdmissionPolic") && parent === "confidential-aks";

    test("are there only where asked for", async () => {
        const resources = await constructStack("dev", "preview");
        expect(resources.filter(isOurs)).toEqual([]);
    });

    test("come without injection for an older cluster", async () => {
        const change = { policies: { namespaces: ["payments"] }, kubernetesVersion: "1.35" };
        const resources = await constructStack("dev", "preview", change);
        expect(resources.filter(isOurs).map(({ name }) => name)).toEqual([
            "confidential-aks-guard",
            "confidential-aks-guard",
        ]);
    });
});
