import { expect, test } from "vitest";
import type { PodSpec, Workload } from "../../../doctor/model/objects";
import { attestingPod, healthy, pod, resultOf, workload, type Objects } from "../support/cluster";
import { named, placesOf, told } from "../support/change";
import { addPair, addPolicies } from "../support/policies";

const labels = { "confidential-aks/attestation": "out-of-process" };
const bare: PodSpec = {
    containers: [{ name: "app", image: "app:1", resources: { limits: { "sgx.intel.com/epc": "64Mi" } } }],
};

/** A Deployment that counts on the API server. */
function labelled(name: string, namespace = "shop"): Workload {
    return { ...workload(name, namespace), template: { metadata: { labels }, spec: bare } };
}

/** A pod of it. */
function podOf(name: string, spec: PodSpec, creationTimestamp = "2026-11-27T10:00:00Z") {
    const ownerReferences = [{ kind: "ReplicaSet", name: `${name}-5d4`, uid: "rs", controller: true }];
    const more = { labels: { ...labels, "pod-template-hash": "5d4" }, ownerReferences, creationTimestamp };
    return pod(`${name}-5d4-x`, "shop", { ...spec, nodeName: "aks-enclave-0" }, more);
}

const withPolicies = (change: (objects: Objects) => void = () => undefined) =>
    healthy(1, (objects) => {
        addPolicies(objects);
        objects.workloads.push(labelled("web"));
        change(objects);
    });

test("policies that set up what is labelled are fine; without policies there is nothing to judge", () => {
    expect(resultOf(healthy(), "CA-C07")).toMatchObject({
        result: "skipped",
        needs: "there is no admission policy of this package, and nothing that relies on one",
    });
    expect(resultOf(withPolicies(), "CA-C07").result).toBe("ok");
});

test.each([
    ["policies-guard", "warning", ["ValidatingAdmissionPolicy policies-guard"]],
    ["policies-injection", "problem", ["MutatingAdmissionPolicy policies-injection", "Deployment shop/web"]],
])("%s without its binding is a %s", (name, severity, where) => {
    const snapshot = withPolicies((objects) => {
        objects.policyBindings = objects.policyBindings.filter(({ policyName }) => policyName !== name);
    });
    expect(resultOf(snapshot, "CA-C07").findings).toMatchObject([{ reason: "not-bound", severity }]);
    expect(placesOf(snapshot, "CA-C07")).toEqual(where);
});

test.each([
    ["policies-guard", "warning", ["ValidatingAdmissionPolicyBinding policies-guard"]],
    ["policies-injection", "problem", ["MutatingAdmissionPolicyBinding policies-injection", "Deployment shop/web"]],
])("a binding whose policy %s is missing is a %s", (name, severity, where) => {
    const snapshot = withPolicies((objects) => {
        objects.policies = objects.policies.filter(({ metadata }) => metadata.name !== name);
    });
    expect(resultOf(snapshot, "CA-C07").findings).toMatchObject([{ reason: "policy-missing", severity }]);
    expect(placesOf(snapshot, "CA-C07")).toEqual(where);
});

test("a workload whose pods the policy has set up is not let down yet by a binding that is gone", () => {
    const snapshot = withPolicies((objects) => {
        objects.policyBindings = objects.policyBindings.filter(({ policyName }) => policyName !== "policies-injection");
        objects.pods.push(podOf("web", attestingPod("web").spec));
    });
    expect(resultOf(snapshot, "CA-C07").findings).toMatchObject([{ reason: "not-bound", severity: "warning" }]);
});

test("a policy without binding is not taken for bound by one of another kind", () => {
    const snapshot = withPolicies(({ policyBindings }) => {
        const guard = named(policyBindings, "policies-guard");
        guard.kind = "MutatingAdmissionPolicyBinding";
    });
    expect(told(snapshot)).toEqual(expect.arrayContaining(["CA-C07 not-bound", "CA-C07 policy-missing"]));
});

test("a guard that only audits is a warning", () => {
    const snapshot = withPolicies(({ policyBindings }) => {
        named(policyBindings, "policies-guard").validationActions = ["Warn", "Audit"];
    });
    expect(resultOf(snapshot, "CA-C07").findings).toMatchObject([{ reason: "audit-only", severity: "warning" }]);
});

test.each(["policies-guard", "policies-injection"])("%s that ignores errors is a warning", (name) => {
    const snapshot = withPolicies(({ policies }) => {
        named(policies, name).failurePolicy = "Ignore";
    });
    expect(resultOf(snapshot, "CA-C07").findings).toMatchObject([{ reason: "failure-policy", severity: "warning" }]);
});

test("what the API server says against an expression is a warning", () => {
    const snapshot = withPolicies(({ policies }) => {
        named(policies, "policies-guard").typeWarnings = ["spec.validations[0].expression: undefined field"];
    });
    const { findings } = resultOf(snapshot, "CA-C07");
    expect(findings).toMatchObject([{ reason: "type-warnings", severity: "warning" }]);
    expect(findings[0]?.seen).toContain("undefined field");
});

test("a labelled workload beside a guard without injection is named, and its shape is the effect", () => {
    const snapshot = withPolicies((objects) => {
        const isGuard = ({ metadata }: { metadata: { name: string } }) => metadata.name === "policies-guard";
        objects.policies = objects.policies.filter(isGuard);
        objects.policyBindings = objects.policyBindings.filter(isGuard);
    });
    expect(told(snapshot)).toEqual(
        expect.arrayContaining(["CA-C07 injection-missing", "CA-W22 because CA-C07"]) as string[],
    );
    expect(placesOf(snapshot, "CA-C07")).toEqual(["Deployment shop/web"]);
});

test("a labelled workload in a namespace that the policies do not cover is named", () => {
    const snapshot = withPolicies(({ workloads }) => {
        workloads.push(labelled("api", "elsewhere"), { ...workload("done", "elsewhere") });
    });
    const { findings } = resultOf(snapshot, "CA-C07");
    expect(findings).toMatchObject([{ reason: "not-covered", severity: "problem" }]);
    expect(findings[0]?.fix).toContain('"elsewhere"');
    expect(placesOf(snapshot, "CA-C07")).toEqual(["Deployment elsewhere/api"]);
});

test("pods that are older than the policy are named with the command that makes new ones", () => {
    const older = (at: string) => withPolicies(({ pods }) => pods.push(podOf("web", bare, at)));
    const { findings } = resultOf(older("2026-11-27T08:00:00Z"), "CA-C07");
    expect(findings).toMatchObject([{ reason: "older-than-policy" }]);
    expect(findings[0]?.fix).toContain("kubectl rollout restart -n shop deployment/web");
    expect(resultOf(older("2026-11-27T09:30:00Z"), "CA-C07").result).toBe("ok");
});

const startup = {
    key: "startup-taint.cluster-autoscaler.kubernetes.io/sgx-epc",
    value: "true",
    effect: "NoSchedule",
};

test("a node with the startup taint needs the policy that removes it", () => {
    const tainted = (change: (objects: Objects) => void) =>
        healthy(1, (objects) => {
            named(objects.nodes, "aks-enclave-0").spec = { taints: [startup] };
            change(objects);
        });
    const without = tainted(() => undefined);
    expect(told(without)).toContain("CA-C07 startup-policy-missing");
    expect(told(without).filter((each) => each.startsWith("CA-N09"))).toEqual([]);
    expect(placesOf(without, "CA-C07")).toEqual(["Node aks-enclave-0"]);
    const unbound = tainted((objects) => {
        addPair(objects, "Mutating", "confidential-aks-sgx-startup-taint", "startup-taint");
        objects.policyBindings = [];
    });
    expect(resultOf(unbound, "CA-C07").findings).toMatchObject([{ reason: "not-bound", severity: "problem" }]);
    expect(placesOf(unbound, "CA-C07")).toContain("Node aks-enclave-0");
});

test("the startup taint's policy may ignore errors", () => {
    const snapshot = healthy(1, (objects) => {
        addPair(objects, "Mutating", "confidential-aks-sgx-startup-taint", "startup-taint");
        named(objects.policies, "confidential-aks-sgx-startup-taint").failurePolicy = "Ignore";
    });
    expect(resultOf(snapshot, "CA-C07").result).toBe("ok");
});

test("an API server that cannot set pods up is the cause, and is named once", () => {
    const snapshot = withPolicies((objects) => {
        const isGuard = ({ metadata }: { metadata: { name: string } }) => metadata.name === "policies-guard";
        objects.policies = objects.policies.filter(isGuard);
        objects.policyBindings = objects.policyBindings.filter(isGuard);
    });
    const old = {
        ...snapshot,
        kubernetes: "v1.35.1",
        objects: {
            ...snapshot.objects,
            nodes: snapshot.objects.nodes.map((node) => ({
                ...node,
                status: { ...node.status, nodeInfo: { ...node.status.nodeInfo, kubeletVersion: "v1.35.1" } },
            })),
        },
    };
    expect(told(old)).toEqual(
        expect.arrayContaining(["CA-C06 no-injection", "CA-C07 because CA-C06", "CA-W22 because CA-C06"]) as string[],
    );
    expect(placesOf(old, "CA-C06")).toEqual(["Deployment shop/web"]);
});
