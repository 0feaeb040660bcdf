import { describe, expect, it } from "vitest";
import type { PlanObject, PlanOptions, PlanResource, PlanValue } from "../../../plan/model/format.js";
import { renderDiffMarkdown } from "../../../plan/render/diff/markdown.js";
import { renderDiffText } from "../../../plan/render/diff/text.js";
import { compare, CONFIG_MAP, POOL, resource, wholeDiff } from "./plans.js";

describe("a component that has another name without an alias", () => {
    const component = (type: string, name: string, parent?: string) =>
        resource(`fixture:index:${type}`, name, {}, {}, parent);
    /** A platform with a cluster, a pool in it, and a map whose content follows from no name. */
    const platform = (name: string, text = "") => {
        const top = component("Platform", name);
        const inner = component("Cluster", name, top.urn);
        return [
            top,
            inner,
            resource(POOL, `${name}-pool`, { vmSize: "Standard_DC2s_v3" }, {}, inner.urn),
            resource(CONFIG_MAP, `${name}-map`, { data: { text } }, {}, top.urn),
        ];
    };

    it("is pointed out once, at the topmost one, and not again at its resources", () => {
        const diff = compare(platform("old", "a"), platform("new", "b"));
        expect(diff.renamed).toMatchObject([
            { type: "fixture:index:Platform", name: "new", formerly: "old", resources: 2 },
        ]);
        expect(diff.counts).toMatchObject({ create: 2, delete: 2 });
        expect(JSON.stringify(diff.resources)).not.toContain("looks like");
        for (const text of [renderDiffText(wholeDiff(diff)), renderDiffMarkdown(wholeDiff(diff))]) {
            expect(text.match(/looks like/g)).toHaveLength(1);
            expect(text).toContain('`aliases: [{ name: "old" }]`');
        }
    });

    it("stops below what both plans have", () => {
        const team = component("Team", "team");
        const inside = (name: string) => {
            const inner = component("Cluster", name, team.urn);
            return [team, inner, resource(POOL, `${name}-pool`, { vmSize: "Standard_DC2s_v3" }, {}, inner.urn)];
        };
        expect(compare(inside("old"), inside("new")).renamed).toMatchObject([{ name: "new", formerly: "old" }]);
    });

    it("is none where the types differ, or the alias is there", () => {
        const other = resource(POOL, "x", { vmSize: "Standard_DC2s_v3" }, {}, component("Other", "new").urn);
        expect(compare(platform("old"), [component("Other", "new"), other]).renamed).toEqual([]);
        const aliased = platform("new").map((item) =>
            item.name === "new" && item.type.endsWith("Platform")
                ? { ...item, options: { aliases: [{ name: "old" }] } }
                : item,
        );
        const diff = compare(platform("old"), aliased);
        expect([diff.renamed, diff.counts.move, diff.counts.create]).toEqual([[], 2, 0]);
    });
});

it("a provider and a cluster that only have another name are no change of what refers to them", () => {
    const made = (name: string, options: PlanOptions = {}) => {
        const provider = resource("pulumi:providers:kubernetes", name, { clusterIdentifier: "c" }, options);
        const refers = { provider: provider.urn, deletedWith: provider.urn };
        return [provider, resource(CONFIG_MAP, "map", {}, refers)];
    };
    const diff = compare(made("old"), made("new", { aliases: [{ name: "old" }] }));
    expect(diff.resources.map(({ name, action }) => [name, action])).toEqual([["new", "move"]]);
    expect(compare(made("old"), [...made("old"), ...made("new").slice(0, 1)]).counts.update).toBe(0);
    const [, moved] = made("new");
    expect(compare(made("old"), [...made("old").slice(0, 1), ...made("new").slice(0, 1), moved!]).counts.update).toBe(
        1,
    );
});

describe("a fixed name that a deleted resource has, too", () => {
    const words = (before: PlanResource, after: PlanResource) =>
        compare([before], [after])
            .resources.flatMap(({ consequences }) => consequences)
            .join("\n");
    const registry = (name: string, inputs: PlanObject) =>
        resource("azure-native:containerregistry:Registry", name, inputs);
    const identity = (name: string, group: PlanValue) =>
        resource("azure-native:managedidentity:UserAssignedIdentity", name, {
            resourceName: "id",
            resourceGroupName: group,
        });

    it("is reported for a registry, whose name is unique in all of Azure", () => {
        const taken = "also named example in Azure: creating this one fails while the old one is there";
        expect(
            words(
                registry("a", { registryName: "example" }),
                registry("b", { registryName: "example", sku: { name: "Premium" } }),
            ),
        ).toContain(taken);
        expect(
            words(registry("a", { registryName: "example" }), registry("b", { registryName: "other" })),
        ).not.toContain("also named");
    });

    it("is reported where both have the same place, not where the place is unknown", () => {
        expect(words(identity("a", "group"), identity("b", "group"))).toContain("also named id in Azure");
        expect(words(identity("a", "group"), identity("b", "elsewhere"))).not.toContain("also named");
        const unknown = { $plan: "unknown" } as const;
        expect(words(identity("a", unknown), identity("b", unknown))).not.toContain("also named");
    });

    it("is reported for two objects of one cluster, not of two clusters", () => {
        const map = (name: string, provider?: string) =>
            resource(
                CONFIG_MAP,
                name,
                { metadata: { name: "fixed", namespace: "n" } },
                provider === undefined ? {} : { provider },
            );
        expect(words(map("a"), map("b"))).toContain("also named fixed in the cluster");
        expect(words(map("a", "p"), map("b", "q"))).not.toContain("also named");
    });
});
