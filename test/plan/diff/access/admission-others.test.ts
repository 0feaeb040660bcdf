import { describe, expect, it } from "vitest";
import type { PlanObject, PlanResource } from "../../../../plan/model/format.js";
import { resource } from "../plans.js";
import { accessOf, admission } from "./support.js";

const judged = "; it cannot be judged whether this widens access";

describe("what changes objects, and webhooks", () => {
    const changes = "it changes objects before they are admitted";
    const mutating = (spec: PlanObject = {}) =>
        admission("MutatingAdmissionPolicy", { mutations: [{ a: "b" }], ...spec });
    const hook = (kind: string, webhooks: PlanObject[]) =>
        resource(`kubernetes:admissionregistration.k8s.io/v1:${kind}`, "w", { metadata: { name: "w" }, webhooks });
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        ["a new policy", [], [mutating()], [`!! ${changes}${judged}`]],
        ["other changes", [mutating()], [mutating({ mutations: [{ a: "c" }] })], [`!! mutations changes${judged}`]],
        ["no policy", [mutating()], [], [`!! the policy goes, and objects are no longer changed${judged}`]],
        ["a validating webhook", [], [hook("ValidatingWebhookConfiguration", [])], []],
        [
            "another one",
            [hook("ValidatingWebhookConfiguration", [])],
            [hook("ValidatingWebhookConfiguration", [{ name: "a" }])],
            [`!! which requests the webhook sees, or what becomes of them, changes${judged}`],
        ],
        [
            "no validating webhook",
            [hook("ValidatingWebhookConfiguration", [])],
            [],
            ["!! the webhook goes: what it refused is admitted"],
        ],
        ["a mutating webhook", [], [hook("MutatingWebhookConfiguration", [])], [`!! ${changes}${judged}`]],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
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
    it.each([
        ["baseline", "privileged", ["!! Pod Security level baseline becomes privileged"]],
        ["restricted", "baseline", ["!! Pod Security level restricted becomes baseline"]],
        ["privileged", "baseline", ["Pod Security level privileged becomes baseline"]],
        ["baseline", undefined, [`!! Pod Security level baseline becomes of the cluster${judged}`]],
        [undefined, "baseline", [`!! Pod Security level of the cluster becomes baseline${judged}`]],
        ["privileged", undefined, ["Pod Security level privileged becomes of the cluster"]],
        ["baseline", "baseline", []],
    ] as const)("from %s to %s", (before, after, expected) => {
        expect(accessOf([namespace(before)], [namespace(after)])).toEqual(expected);
    });
});

describe("what a plan cannot look into", () => {
    const chart = (version: string) => resource("kubernetes:helm.sh/v3:Release", "chart", { version });
    const remote = (size: number): PlanResource => ({
        ...resource("other:index:Component", "c", { size }),
        custom: false,
        remote: true,
    });
    const words = (what: string) => `!! ${what}, and what it makes is not in the plan${judged}`;
    it("a Helm chart, or a component of a plugin, that is new, changes or goes", () => {
        expect(accessOf([], [chart("1")])).toEqual([words("a Helm chart is new")]);
        expect(accessOf([chart("1")], [chart("2")])).toEqual([words("a Helm chart changes")]);
        expect(accessOf([chart("1")], [chart("1")])).toEqual([]);
        expect(accessOf([chart("1")], [])).toEqual([words("a Helm chart goes")]);
        expect(accessOf([], [remote(1)])).toEqual([words("a component of a plugin is new")]);
        expect(accessOf([remote(1)], [remote(2)])).toEqual([words("a component of a plugin changes")]);
        expect(accessOf([remote(1)], [remote(1)])).toEqual([]);
        expect(accessOf([remote(1)], [])).toEqual([words("a component of a plugin goes")]);
    });
});
