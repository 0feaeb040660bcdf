import { expect, test } from "vitest";
import { isSelected, isTolerated, matchesLabels } from "../../../doctor/judge/placing";
import { isEffect, isFinding } from "../../../doctor/judge/check";
import { gathered } from "../../../doctor/judge/gather";
import type { Requirement } from "../../../doctor/model/objects";
import { pod, sgxNode } from "../support/cluster";

const taint = { key: "team", value: "a", effect: "NoSchedule" };

test.each([
    ["nothing", [], false],
    ["another key", [{ key: "other", operator: "Exists" }], false],
    ["another value", [{ key: "team", value: "b" }], false],
    ["another effect", [{ key: "team", value: "a", effect: "NoExecute" }], false],
    ["an empty key that asks for equality", [{ value: "a" }], false],
    ["key and value", [{ key: "team", value: "a" }], true],
    ["the key", [{ key: "team", operator: "Exists", effect: "NoSchedule" }], true],
    ["everything", [{ operator: "Exists" }], true],
])("a taint against a toleration of %s", (_what, tolerations, tolerated) => {
    expect(isTolerated(taint, tolerations)).toBe(tolerated);
});

test("a taint that is only a preference keeps no pod off", () => {
    expect(isTolerated({ ...taint, effect: "PreferNoSchedule" })).toBe(true);
});

test.each<[Requirement["operator"], string[], boolean]>([
    ["In", ["Standard_DC2s_v3"], true],
    ["In", ["Standard_Dc2s_v3"], false],
    ["NotIn", ["Standard_DC2s_v3"], false],
    ["Exists", [], true],
    ["DoesNotExist", [], false],
    ["Unknown", [], false],
])("a node by an affinity with %s %j", (operator, values, selected) => {
    const key = "node.kubernetes.io/instance-type";
    const terms = [{ matchExpressions: [{ key, operator, values }] }];
    const affinity = {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
    };
    expect(isSelected({ containers: [], affinity }, sgxNode("aks-enclave-0"))).toBe(selected);
});

test("a pod of a DaemonSet is for the one node that its affinity names", () => {
    const matchFields = [{ key: "metadata.name", operator: "In", values: ["aks-enclave-0"] }];
    const affinity = {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } },
    };
    const { spec } = pod("plugin", "default", { containers: [], affinity });
    expect(isSelected(spec, sgxNode("aks-enclave-0"))).toBe(true);
    expect(isSelected(spec, sgxNode("aks-enclave-1"))).toBe(false);
});

test("an empty selector takes all, numbers are compared as numbers", () => {
    expect(matchesLabels(undefined, {})).toBe(true);
    const more = { matchExpressions: [{ key: "cores", operator: "Gt", values: ["9"] }] };
    expect(matchesLabels(more, { cores: "10" })).toBe(true);
    expect(matchesLabels(more, { cores: "8" })).toBe(false);
    expect(matchesLabels({ matchLabels: { a: "b" } }, { a: "c" })).toBe(false);
});

test("findings that say the same become one with all their places, each once", () => {
    const finding = { reason: "cordoned", severity: "warning", seen: "no new pods", fix: "uncordon" } as const;
    const [one, other] = [
        { kind: "Node", name: "a" },
        { kind: "Node", name: "b" },
    ];
    const seen = gathered([
        { ...finding, where: [one] },
        { because: "CA-N08" },
        { ...finding, where: [other, one] },
        { because: "CA-N08" },
        { ...finding, seen: "something else", where: [one] },
    ]);
    expect(seen.filter(isEffect)).toEqual([{ because: "CA-N08" }]);
    expect(seen.filter(isFinding).map(({ where }) => where)).toEqual([[one, other], [one]]);
});
