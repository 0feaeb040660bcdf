import { describe, expect, it } from "vitest";
import type { PlanObject, PlanResource } from "../../../../plan/model/format.js";
import { accessOf, binding, clusterRole, reading, unknown } from "./support.js";

const judged = "; it cannot be judged whether this widens access";
const reads = "get, list of pods";

describe.each(["ClusterRole", "Role"])("a %s", (kind) => {
    const role = (rules: PlanObject[] | typeof unknown, more: PlanObject = {}) => clusterRole(rules, more, kind);
    const secrets = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        ["is new", [], [role([reading])], [`!! a new role allows ${reads}`]],
        ["goes", [role([reading])], [], ["the role goes, with all its rules"]],
        ["has one more rule", [role([reading])], [role([reading, secrets])], ["!! the role allows get of secrets"]],
        [
            "has one rule less",
            [role([reading, secrets])],
            [role([reading])],
            ["the role no longer allows all of get of secrets"],
        ],
        [
            "has a verb more",
            [role([reading])],
            [role([{ ...reading, verbs: ["get", "list", "delete"] }])],
            ["!! the role allows get, list, delete of pods"],
        ],
        [
            "has a verb less",
            [role([reading])],
            [role([{ ...reading, verbs: ["get"] }])],
            [`the role no longer allows all of ${reads}`],
        ],
        ["has all verbs", [role([reading])], [role([{ ...reading, verbs: ["*"] }])], ["!! the role allows * of pods"]],
        [
            "has named objects only",
            [role([secrets])],
            [role([{ ...secrets, resourceNames: ["a"] }])],
            ["the role no longer allows all of get of secrets"],
        ],
        [
            "has all objects",
            [role([{ ...secrets, resourceNames: ["a"] }])],
            [role([secrets])],
            ["!! the role allows get of secrets"],
        ],
        [
            "has another name",
            [role([{ ...secrets, resourceNames: ["a"] }])],
            [role([{ ...secrets, resourceNames: ["b"] }])],
            ["!! the role allows get of secrets named b", "the role no longer allows all of get of secrets named a"],
        ],
        [
            "has another group",
            [role([reading])],
            [role([{ ...reading, apiGroups: ["", "apps"] }])],
            ["!! the role allows get, list of pods (apps)"],
        ],
        [
            "has a path",
            [role([{ nonResourceURLs: ["/metrics*"], verbs: ["get"] }])],
            [role([{ nonResourceURLs: ["/metrics/a"], verbs: ["get"] }])],
            ["the role no longer allows all of get of /metrics*"],
        ],
        [
            "has all paths",
            [role([{ nonResourceURLs: ["/metrics"], verbs: ["get"] }])],
            [role([{ nonResourceURLs: ["/*"], verbs: ["get"] }])],
            ["!! the role allows get of /*"],
        ],
        [
            "has a subresource that it had",
            [role([{ ...reading, resources: ["*/status", "pods"] }])],
            [role([{ ...reading, resources: ["pods/status", "pods"] }])],
            ["the role no longer allows all of get, list of */status, pods"],
        ],
        [
            "splits its rule",
            [role([reading])],
            [
                role([
                    { ...reading, verbs: ["list"] },
                    { ...reading, verbs: ["get"] },
                ]),
            ],
            [],
        ],
        [
            "has unknown rules",
            [role([reading])],
            [role(unknown)],
            [`!! rules of the role are not known before the update${judged}`],
        ],
        [
            "is new, with unknown rules",
            [],
            [role(unknown)],
            [`!! a new role, whose rules are not known before the update${judged}`],
        ],
        [
            "is aggregated",
            [role([reading])],
            [role([reading], { aggregationRule: { clusterRoleSelectors: [] } })],
            [`!! the role takes in rules of other roles by their labels${judged}`],
        ],
        [
            "aggregates",
            [role([reading])],
            [
                role([reading], {
                    metadata: { name: "r", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
                }),
            ],
            ["!! its rules become part of the role view"],
        ],
        [
            "no longer aggregates",
            [
                role([reading], {
                    metadata: { name: "r", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
                }),
            ],
            [role([reading])],
            [],
        ],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
    });
});

describe.each(["ClusterRoleBinding", "RoleBinding"])("a %s", (kind) => {
    const bind = (subjects: string[], inputs: PlanObject = {}) => binding(subjects, inputs, kind);
    const other = { roleRef: { kind: "ClusterRole", name: "cluster-admin" } };
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        ["is new", [], [bind(["a"])], ["!! ServiceAccount n/a gets ClusterRole r"]],
        ["goes", [bind(["a"])], [], ["ServiceAccount n/a loses ClusterRole r"]],
        ["has one more subject", [bind(["a"])], [bind(["b", "a"])], ["!! ServiceAccount n/b gets ClusterRole r"]],
        ["has one subject less", [bind(["a", "b"])], [bind(["a"])], ["ServiceAccount n/b loses ClusterRole r"]],
        [
            "is of another role",
            [bind(["a"])],
            [bind(["a"], other)],
            ["!! ServiceAccount n/a gets ClusterRole cluster-admin", "ServiceAccount n/a loses ClusterRole r"],
        ],
        [
            "has unknown subjects",
            [bind(["a"])],
            [bind([], { subjects: unknown })],
            [`!! who has the role, or which role, is not known before the update${judged}`],
        ],
        ["has them unknown on both sides", [bind([], { subjects: unknown })], [bind([], { subjects: unknown })], []],
        [
            "is new, with unknown subjects",
            [],
            [bind([], { subjects: unknown })],
            [`!! a new binding of ClusterRole r, whose subjects are not known before the update${judged}`],
        ],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
    });
});
