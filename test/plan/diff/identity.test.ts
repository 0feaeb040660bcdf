import { describe, expect, it } from "vitest";
import type { PlanObject, PlanOptions } from "../../../plan/model/format.js";
import {
    compare,
    compareOne,
    CONFIG_MAP,
    DAEMON_SET,
    enclaveJob,
    enclavePool,
    JOB,
    POOL,
    resource,
    urnOf,
} from "./plans.js";

describe("names and aliases", () => {
    it("an alias keeps a renamed resource: moved, nothing else", () => {
        const diff = compare(
            [enclaveJob("old", "1Mi")],
            [enclaveJob("new", "1Mi", undefined, { aliases: [{ name: "old" }] })],
        );
        expect(diff.resources).toMatchObject([
            { action: "move", name: "new", movedFrom: urnOf(JOB, "old"), changes: [] },
        ]);
        expect(diff.resources[0]?.consequences).toEqual([
            "only Pulumi's name for it changes; nothing happens to the resource itself",
        ]);
    });

    it("without one it is deleted and created, and the rename is pointed out", () => {
        const diff = compare([enclaveJob("old", "1Mi")], [enclaveJob("new", "1Mi")]);
        expect(diff.resources.map(({ action, name }) => [action, name])).toEqual([
            ["delete", "old"],
            ["create", "new"],
        ]);
        expect(diff.resources[1]?.consequences.join()).toContain('`aliases: [{ name: "old" }]` would keep it');
    });

    it("of several that look alike the nearest name is taken, once", () => {
        const before = [enclaveJob("a-one", "1Mi"), enclaveJob("a-two", "1Mi")];
        const diff = compare(before, [enclaveJob("b-one", "1Mi"), enclaveJob("b-two", "1Mi")]);
        const created = diff.resources.filter(({ action }) => action === "create");
        expect(created.map(({ name, consequences }) => [name, /a-\w+/.exec(consequences.join())?.[0]])).toEqual([
            ["b-one", "a-one"],
            ["b-two", "a-two"],
        ]);
    });

    it("one that is gone became one at most: of two new ones only the one with the nearer name is pointed out", () => {
        const diff = compare([enclaveJob("old-a", "1Mi")], [enclaveJob("new-a", "1Mi"), enclaveJob("new-b", "1Mi")]);
        const pointed = diff.resources.filter(({ consequences }) => consequences.join().includes("it looks like"));
        expect(pointed.map(({ name }) => name)).toEqual(["old-a", "new-a"]);
    });

    it("a child follows the alias of its parent, with the name it had there", () => {
        const parent = (name: string, options: PlanOptions = {}) => resource("fixture:index:Team", name, {}, options);
        const before = [parent("old"), resource(CONFIG_MAP, "old-map", {}, {}, parent("old").urn)];
        const now = parent("new", { aliases: [{ name: "old" }] });
        const diff = compare(before, [now, resource(CONFIG_MAP, "new-map", {}, {}, now.urn)]);
        expect(diff.resources).toMatchObject([{ action: "move", name: "new-map" }]);
        expect(diff.counts).toMatchObject({ move: 1, create: 0, delete: 0 });
    });

    it("an alias by URN, by type and by parent", () => {
        const team = resource("fixture:index:Team", "team");
        for (const alias of [
            { urn: urnOf(CONFIG_MAP, "map") },
            { parent: urnOf("x:y:Z", "z") },
            { noParent: true },
            { type: CONFIG_MAP },
        ]) {
            const parent = "parent" in alias ? alias.parent : undefined;
            const before = resource(CONFIG_MAP, "map", {}, {}, parent);
            const after = resource(
                "type" in alias ? "kubernetes:core/v2:ConfigMap" : CONFIG_MAP,
                "map",
                {},
                { aliases: [alias] },
                "type" in alias ? undefined : team.urn,
            );
            expect(compare([team, before], [team, after]).counts).toMatchObject({ create: 0, delete: 0 });
        }
    });

    it("an API version in an Azure type is the same resource: the SDK aliases them all", () => {
        const old = resource("azure-native:containerservice/v20240901:AgentPool", "pool", { count: 1 });
        const generated = resource("azure-native_containerservice_v20240901:containerservice:AgentPool", "pool", {
            count: 1,
        });
        expect(compare([old], [resource(POOL, "pool", { count: 1 })]).counts).toMatchObject({
            same: 1,
            create: 0,
            delete: 0,
        });
        expect(compare([generated], [resource(POOL, "pool", { count: 1 })]).counts).toMatchObject({
            same: 1,
            create: 0,
        });
    });

    it("an automatic name is no change: only a new object has a new name", () => {
        const map = (text: string, label: string) =>
            resource(CONFIG_MAP, "map", { metadata: { labels: { label } }, data: { text } });
        const user = (of: { autoname?: string }) =>
            resource(DAEMON_SET, "user", {
                spec: { template: { spec: { volumes: [{ name: "v", configMap: { name: of.autoname ?? "" } }] } } },
            });
        const [a, labelled, changed] = [map("1", "a"), map("1", "b"), map("2", "a")];
        expect(a.autoname).not.toBe(labelled.autoname);
        const quiet = compare([a, user(a)], [labelled, user(labelled)]);
        expect(quiet.resources.map(({ name, action }) => [name, action])).toEqual([["map", "update"]]);
        const loud = compare([a, user(a)], [changed, user(changed)]);
        expect(loud.resources.map(({ name, action }) => [name, action])).toEqual([
            ["map", "replace"],
            ["user", "update"],
        ]);
        expect(loud.resources[1]?.changes).toEqual([
            {
                path: "spec.template.spec.volumes[v].configMap.name",
                kind: "change",
                before: "map-*",
                after: "map-* (new)",
            },
        ]);
    });
});

describe("properties", () => {
    it("items of lists are identified by name, at any position", () => {
        const env = (...pairs: [string, string][]) => pairs.map(([name, value]) => ({ name, value }));
        const spec = (list: PlanObject[]) =>
            resource(DAEMON_SET, "d", { spec: { template: { spec: { containers: [{ name: "app", env: list }] } } } });
        const diff = compareOne(
            spec(env(["A", "1"], ["B", "2"], ["C", "3"])),
            spec(env(["C", "3"], ["B", "9"], ["D", "4"])),
        );
        const at = "spec.template.spec.containers[app].env";
        expect(diff?.changes.map(({ path, kind }) => [path, kind])).toEqual([
            [`${at}[A]`, "remove"],
            [`${at}[B].value`, "change"],
            [`${at}[C]`, "reorder"],
            [`${at}[D]`, "add"],
        ]);
    });

    it("two mounts of one volume are two items; a list of texts is one value", () => {
        const spec = (mounts: PlanObject[], args: string[]) =>
            resource(DAEMON_SET, "d", { spec: { template: { volumeMounts: mounts, args } } });
        const mount = (mountPath: string, readOnly: boolean) => ({ name: "v", mountPath, readOnly });
        const diff = compareOne(
            spec([mount("/a", true), mount("/b", true)], ["x", "y"]),
            spec([mount("/a", true), mount("/b", false)], ["x", "z"]),
        );
        expect(diff?.changes).toEqual([
            { path: "spec.template.args", kind: "change", before: ["x", "y"], after: ["x", "z"] },
            { path: "spec.template.volumeMounts[/b].readOnly", kind: "change", before: true, after: false },
        ]);
    });

    it("what is unknown in both is no change; what becomes known is one", () => {
        const unknown = { $plan: "unknown" } as const;
        expect(compareOne(enclavePool({ maxPods: unknown }), enclavePool({ maxPods: unknown }))).toBeUndefined();
        expect(compareOne(enclavePool({ maxPods: unknown }), enclavePool({ maxPods: 5 }))?.changes).toHaveLength(1);
    });

    it("secrets differ by their digests, which are never shown; without digests a change cannot be seen", () => {
        const made = (digest?: string) =>
            resource("kubernetes:core/v1:Secret", "s", {
                stringData: { key: { $plan: "secret", ...(digest === undefined ? {} : { digest }) } },
            });
        const diff = compareOne(made("aaaa"), made("bbbb"));
        expect(diff?.changes).toEqual([
            { path: "stringData.key", kind: "change", before: { $plan: "secret" }, after: { $plan: "secret" } },
        ]);
        expect(diff?.yaml).toContain("+  key: SECRET (another value)");
        expect(JSON.stringify(diff)).not.toMatch(/aaaa|bbbb/);
        expect(compareOne(made("aaaa"), made("aaaa"))).toBeUndefined();
        expect(compareOne(made(), made("bbbb"))).toBeUndefined();
    });

    it("a new SDK version is one remark, not a change of every resource", () => {
        const made = (version: string) => [1, 2, 3].map((i) => resource(CONFIG_MAP, `m${i}`, {}, { version }));
        const diff = compare(made("4.33.0"), made("4.34.2"));
        expect(diff.counts.same).toBe(3);
        expect(diff.versions).toEqual([{ provider: "kubernetes", before: "4.33.0", after: "4.34.2", resources: 3 }]);
    });
});
