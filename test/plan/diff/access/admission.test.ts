import { describe, expect, it } from "vitest";
import type { PlanObject, PlanResource } from "../../../../plan/model/format.js";
import { accessOf, admission, unknown } from "./support.js";

const judged = "; it cannot be judged whether this widens access";

describe("an admission policy that is not of this package", () => {
    const rule = (expression: string) => ({ expression, message: `rule ${expression}` });
    const rules = (operations: string[]) => ({ apiGroups: [""], resources: ["pods"], operations });
    const base: PlanObject = {
        matchConstraints: {
            resourceRules: [rules(["CREATE"])],
            namespaceSelector: { matchExpressions: [{ key: "k", operator: "NotIn", values: ["a"] }] },
        },
        validations: [rule("a")],
    };
    const policy = (spec: PlanObject | typeof unknown = {}) =>
        admission("ValidatingAdmissionPolicy", "$plan" in spec ? unknown : { ...base, ...spec });
    const bind = (spec: PlanObject = {}) =>
        admission("ValidatingAdmissionPolicyBinding", { policyName: "a", validationActions: ["Deny"], ...spec });
    const selected = (operator: string, ...values: string[]) => ({
        matchResources: { namespaceSelector: { matchExpressions: [{ key: "k", operator, values }] } },
    });
    const one = '{"apiGroups": [""], "operations": ["CREATE"], "resources": ["pods"]}';
    const two = '{"apiGroups": [""], "operations": ["UPDATE"], "resources": ["pods"]}';
    const constraints = (more: PlanObject) => ({
        matchConstraints: { ...(base["matchConstraints"] as PlanObject), ...more },
    });
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        ["goes", [policy()], [], ["!! the policy goes: what it refused is admitted"]],
        ["is new", [], [policy(), bind()], []],
        [
            "ignores failures",
            [policy()],
            [policy({ failurePolicy: "Ignore" })],
            ["!! what cannot be evaluated is admitted (failurePolicy Ignore)"],
        ],
        [
            "ignores no failures",
            [policy({ failurePolicy: "Ignore" })],
            [policy()],
            ["what cannot be evaluated is refused"],
        ],
        ["has a rule more", [policy()], [policy({ validations: [rule("a"), rule("b")] })], ["a new rule: rule b"]],
        [
            "has a rule less",
            [policy({ validations: [rule("a"), rule("b")] })],
            [policy()],
            ["!! this rule goes: rule b"],
        ],
        [
            "has another rule",
            [policy()],
            [policy({ validations: [rule("b")] })],
            [`!! this rule goes or changes: rule a${judged}`],
        ],
        ["has another message", [policy()], [policy({ validations: [{ ...rule("a"), message: "m" }] })], []],
        [
            "has an exemption",
            [policy()],
            [policy({ matchConditions: [{ name: "c", expression: "e" }] })],
            ['!! requests are exempt for which condition "c" does not hold'],
        ],
        [
            "has an exemption less",
            [policy({ matchConditions: [{ name: "c", expression: "e" }] })],
            [policy()],
            ['condition "c" no longer exempts requests'],
        ],
        [
            "has another exemption",
            [policy({ matchConditions: [{ name: "c", expression: "e" }] })],
            [policy({ matchConditions: [{ name: "c", expression: "f" }] })],
            [`!! condition "c" changes, which exempts requests${judged}`],
        ],
        [
            "has another variable",
            [policy({ variables: [{ name: "v", expression: "e" }] })],
            [policy({ variables: [{ name: "v", expression: "f" }] })],
            [`!! variable "v" of its rules changes${judged}`],
        ],
        ["has one more variable", [policy()], [policy({ variables: [{ name: "v", expression: "e" }] })], []],
        [
            "leaves a namespace out",
            [policy()],
            [
                policy(
                    constraints({
                        namespaceSelector: { matchExpressions: [{ key: "k", operator: "NotIn", values: ["a", "b"] }] },
                    }),
                ),
            ],
            ["!! left out from now on: namespaces b"],
        ],
        [
            "leaves fewer namespaces out",
            [
                policy(
                    constraints({
                        namespaceSelector: { matchExpressions: [{ key: "k", operator: "NotIn", values: ["a", "b"] }] },
                    }),
                ),
            ],
            [policy()],
            ["no longer left out: namespaces b"],
        ],
        [
            "leaves no namespaces out",
            [policy()],
            [policy(constraints({ namespaceSelector: {} }))],
            ["it holds for more namespaces, no longer only for: k NotIn a"],
        ],
        [
            "is for labelled objects only",
            [policy()],
            [policy(constraints({ objectSelector: { matchLabels: { a: "b" } } }))],
            ["!! it holds for fewer objects, only for: a=b"],
        ],
        [
            "is for all objects",
            [policy(constraints({ objectSelector: { matchLabels: { a: "b" } } }))],
            [policy()],
            ["it holds for more objects, no longer only for: a=b"],
        ],
        [
            "is for other labels",
            [policy(constraints({ objectSelector: { matchLabels: { a: "b" } } }))],
            [policy(constraints({ objectSelector: { matchLabels: { a: "c" } } }))],
            ["!! it holds for fewer objects, only for: a=c", "it holds for more objects, no longer only for: a=b"],
        ],
        [
            "is for one request more",
            [policy()],
            [policy(constraints({ resourceRules: [rules(["CREATE"]), rules(["UPDATE"])] }))],
            [`it also holds for ${two}`],
        ],
        [
            "is for one request less",
            [policy(constraints({ resourceRules: [rules(["CREATE"]), rules(["UPDATE"])] }))],
            [policy()],
            [`!! it no longer holds for ${two}`],
        ],
        [
            "is for other requests",
            [policy()],
            [policy(constraints({ resourceRules: [rules(["UPDATE"])] }))],
            [`!! the requests for which it holds change: ${one} becomes ${two}${judged}`],
        ],
        [
            "has requests exempt",
            [policy()],
            [policy(constraints({ excludeResourceRules: [rules(["UPDATE"])] }))],
            [`!! exempt from now on: ${two}`],
        ],
        [
            "has no requests exempt",
            [policy(constraints({ excludeResourceRules: [rules(["UPDATE"])] }))],
            [policy()],
            [`no longer exempt: ${two}`],
        ],
        [
            "is for one version of the API",
            [policy()],
            [policy(constraints({ matchPolicy: "Exact" }))],
            ["!! it no longer holds for other versions of the same API"],
        ],
        [
            "has other parameters",
            [policy()],
            [policy({ paramKind: { kind: "ConfigMap" } })],
            [`!! paramKind changes${judged}`],
        ],
        [
            "is not known",
            [policy()],
            [policy(unknown)],
            [`!! it changes, and a part of it is not known before the update${judged}`],
        ],
        [
            "is bound no more",
            [bind()],
            [],
            ["!! the policy holds nowhere by this binding any more: what it refused is admitted"],
        ],
        ["is bound no more, and only warned", [bind({ validationActions: ["Warn"] })], [], []],
        ["goes with a binding that only warned", [policy(), bind({ validationActions: ["Audit"] })], [], []],
        [
            "only warns",
            [bind()],
            [bind({ validationActions: ["Warn"] })],
            ["!! it no longer refuses anything, it only warns or audits"],
        ],
        ["warns as well", [bind()], [bind({ validationActions: ["Deny", "Audit"] })], []],
        [
            "refuses",
            [bind({ validationActions: ["Audit"] })],
            [bind()],
            ["it refuses from now on, until now it only warned"],
        ],
        [
            "is bound in fewer namespaces",
            [bind(selected("In", "a", "b"))],
            [bind(selected("In", "a"))],
            ["!! left out from now on: namespaces b"],
        ],
        [
            "is bound in more namespaces",
            [bind(selected("In", "a"))],
            [bind(selected("In", "a", "b"))],
            ["no longer left out: namespaces b"],
        ],
        [
            "is bound in some namespaces",
            [bind()],
            [bind(selected("In", "a"))],
            ["!! it holds for fewer namespaces, only for: k In a"],
        ],
        ["has a binding of another policy", [bind()], [bind({ policyName: "b" })], [`!! policyName changes${judged}`]],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
    });
});
