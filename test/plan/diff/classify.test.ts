import { describe, expect, it } from "vitest";
import type { PlanObject, PlanOptions, PlanValue } from "../../../plan/model/format.js";
import {
    CLUSTER,
    compare,
    compareOne,
    CONFIG_MAP,
    DAEMON_SET,
    enclaveJob,
    JOB,
    POOL,
    resource,
    urnOf,
} from "./plans.js";

describe("what forces a replacement", () => {
    const group = "azure-native:resources:ResourceGroup";
    const label = { matchLabels: { app: "a" } };
    it.each<[string, string, PlanObject, PlanObject, string[]]>([
        ["the size of a pool", POOL, { vmSize: "A" }, { vmSize: "B" }, ["vmSize"]],
        ["the name of a pool", POOL, { agentPoolName: "a" }, { agentPoolName: "b" }, ["agentPoolName"]],
        ["the number of nodes: nothing", POOL, { count: 1 }, { count: 3 }, []],
        [
            "a label of nodes that is called as a property: nothing",
            POOL,
            { nodeLabels: { vmSize: "A" } },
            { nodeLabels: { vmSize: "B" } },
            [],
        ],
        [
            "the network plugin of a cluster",
            CLUSTER,
            { networkProfile: { networkPlugin: "azure" } },
            { networkProfile: { networkPlugin: "none" } },
            ["networkProfile.networkPlugin"],
        ],
        ["the region of a cluster", CLUSTER, { location: "a" }, { location: "b" }, ["location"]],
        ["a tag of a cluster: nothing", CLUSTER, { tags: { location: "a" } }, { tags: { location: "b" } }, []],
        [
            "the load balancer profile: nothing",
            CLUSTER,
            { networkProfile: { loadBalancerProfile: { a: 1 } } },
            { networkProfile: { loadBalancerProfile: { a: 2 } } },
            [],
        ],
        ["the region of a resource group", group, { location: "a" }, { location: "b" }, ["location"]],
        [
            "the run name of an image build",
            "azure-native:containerregistry:TaskRun",
            { taskRunName: "a" },
            { taskRunName: "b" },
            ["taskRunName"],
        ],
        [
            "the principal of a role assignment",
            "azure-native:authorization:RoleAssignment",
            { principalId: "a" },
            { principalId: "b" },
            ["principalId"],
        ],
        [
            "the template of a Job",
            JOB,
            { spec: { template: { spec: { a: 1 } } } },
            { spec: { template: { spec: { a: 2 } } } },
            ["spec.template.spec.a"],
        ],
        ["the back-off limit of a Job: nothing", JOB, { spec: { backoffLimit: 1 } }, { spec: { backoffLimit: 2 } }, []],
        [
            "the selector of a DaemonSet",
            DAEMON_SET,
            { spec: { selector: label } },
            { spec: { selector: { matchLabels: { app: "b" } } } },
            ["spec.selector.matchLabels.app"],
        ],
        [
            "the template of a DaemonSet: nothing",
            DAEMON_SET,
            { spec: { template: { a: 1 } } },
            { spec: { template: { a: 2 } } },
            [],
        ],
        ["the data of a ConfigMap", CONFIG_MAP, { data: { a: "1" } }, { data: { a: "2" } }, ["data.a"]],
        [
            "the namespace of anything",
            "kubernetes:core/v1:Service",
            { metadata: { namespace: "a" } },
            { metadata: { namespace: "b" } },
            ["metadata.namespace"],
        ],
        [
            "the role of a binding",
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            { roleRef: { name: "a" } },
            { roleRef: { name: "b" } },
            ["roleRef.name"],
        ],
        [
            "a policy's expression: nothing",
            "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
            { spec: { validations: [{ expression: "a" }] } },
            { spec: { validations: [{ expression: "b" }] } },
            [],
        ],
        [
            "an input of another provider: unknown here",
            "random:index/randomString:RandomString",
            { length: 1 },
            { length: 2 },
            [],
        ],
    ])("%s", (_, type, before, after, forcedBy) => {
        const diff = compareOne(resource(type, "it", before), resource(type, "it", after));
        expect(diff?.forcedBy.map(({ path }) => path)).toEqual(forcedBy);
        expect(diff?.action).toBe(forcedBy.length > 0 ? "replace" : "update");
    });

    it("data of a ConfigMap changes in place where its provider says so, but not of an immutable one", () => {
        const provider = resource("pulumi:providers:kubernetes", "k8s", { enableConfigMapMutable: "true" });
        const options = { provider: provider.urn };
        const made = (data: PlanObject) => [provider, resource(CONFIG_MAP, "it", { data }, options)];
        expect(compare(made({ a: "1" }), made({ a: "2" })).resources[0]?.action).toBe("update");
        const fixed = (data: PlanObject) => [provider, resource(CONFIG_MAP, "it", { data, immutable: true }, options)];
        expect(compare(fixed({ a: "1" }), fixed({ a: "2" })).resources[0]?.action).toBe("replace");
    });
});

describe("options of a resource", () => {
    const change = (before: PlanObject, after: PlanObject, options: PlanOptions) =>
        compareOne(resource(POOL, "pool", before, options), resource(POOL, "pool", after, options));

    it("replaceOnChanges replaces, by path, by index and by *", () => {
        expect(change({ maxPods: 1 }, { maxPods: 2 }, { replaceOnChanges: ["maxPods"] })?.forcedBy).toEqual([
            { path: "maxPods", by: "replaceOnChanges" },
        ]);
        expect(change({ maxPods: 1 }, { maxPods: 2 }, { replaceOnChanges: ["*"] })?.action).toBe("replace");
        const pools = (count: number) => ({ profiles: [{ name: "a", count }] });
        expect(change(pools(1), pools(2), { replaceOnChanges: ["profiles[0].count"] })?.action).toBe("replace");
        expect(change(pools(1), pools(2), { replaceOnChanges: ["profiles[1].count"] })?.action).toBe("update");
    });

    it("another replacementTrigger replaces; one that comes or goes does not", () => {
        const inputs = { maxPods: 1 };
        const changed = (before?: PlanValue, after?: PlanValue) => {
            const options = (replacementTrigger?: PlanValue) =>
                replacementTrigger === undefined ? {} : { replacementTrigger };
            return compareOne(
                resource(POOL, "pool", inputs, options(before)),
                resource(POOL, "pool", inputs, options(after)),
            );
        };
        expect(changed("subnet-a", "subnet-b")).toMatchObject({
            action: "replace",
            forcedBy: [{ path: "replacementTrigger", by: "replacementTrigger" }],
            options: [{ path: "replacementTrigger", before: "subnet-a", after: "subnet-b" }],
        });
        expect(changed(undefined, "subnet-a")?.action).toBe("update");
        expect(changed("subnet-a", undefined)?.action).toBe("update");
        expect(changed({ a: [1] }, { a: [1] })).toBeUndefined();
    });

    it("ignoreChanges drops a change, and says that it did", () => {
        const options = { ignoreChanges: ["vmSize", 'tags["a.b"]', "profiles[*].count"] };
        const before = { vmSize: "A", tags: { "a.b": "1", c: "1" }, profiles: [{ name: "x", count: 1 }] };
        const after = { vmSize: "B", tags: { "a.b": "2", c: "1" }, profiles: [{ name: "x", count: 2 }] };
        const diff = compare([resource(POOL, "pool", before, options)], [resource(POOL, "pool", after, options)]);
        expect(diff.resources).toEqual([]);
        expect(diff.counts).toMatchObject({ same: 1, replace: 0 });
        expect(diff.ignored.map(({ path }) => path)).toEqual(["profiles[x].count", 'tags["a.b"]', "vmSize"]);
    });

    it("deleteBeforeReplace deletes first; so does a Job that keeps its own name", () => {
        expect(change({ vmSize: "A" }, { vmSize: "B" }, { deleteBeforeReplace: true })?.deleteFirst).toBe(true);
        expect(change({ vmSize: "A" }, { vmSize: "B" }, {})?.deleteFirst).toBeUndefined();
        const job = (a: number) => resource(JOB, "job", { metadata: { name: "job" }, spec: { template: { a } } });
        expect(compareOne(job(1), job(2))?.deleteFirst).toBe(true);
        expect(compareOne(enclaveJob("job", "1Mi"), enclaveJob("job", "2Mi"))?.deleteFirst).toBeUndefined();
    });

    it("a protected resource is refused its replacement and its deletion, not its update", () => {
        const options = { protect: true };
        const replaced = change({ vmSize: "A" }, { vmSize: "B" }, options);
        expect(replaced?.refused).toBe(true);
        expect(replaced?.consequences[0]).toContain("the engine refuses to replace it and the update fails");
        expect(change({ count: 1 }, { count: 2 }, options)?.refused).toBeUndefined();
        const [gone] = compare([resource(POOL, "pool", {}, options)], []).resources;
        expect(gone).toMatchObject({ action: "delete", refused: true });
        const freed = compareOne(
            resource(POOL, "pool", { vmSize: "A" }, options),
            resource(POOL, "pool", { vmSize: "B" }),
        );
        expect(freed?.refused).toBeUndefined();
        expect(freed?.options).toEqual([{ path: "protect", kind: "remove", before: true }]);
        expect(freed?.consequences).toContain("from then on nothing refuses to delete or replace it");
    });

    it("hideDiffs hides values and YAML, not the change", () => {
        const options = { hideDiffs: ["data"] };
        const made = (text: string) => resource(CONFIG_MAP, "map", { data: { key: text } }, options);
        const diff = compareOne(made("old-text"), made("new-text"));
        expect(diff?.changes).toEqual([{ path: "data.key", kind: "change" }]);
        expect(JSON.stringify(diff)).not.toMatch(/old-text|new-text/);
    });

    it("hideDiffs hides a value that appears or goes with the object around it", () => {
        const options = { hideDiffs: ["data.key", "data.list[0]"] };
        const empty = resource(CONFIG_MAP, "map", {}, options);
        const full = resource(CONFIG_MAP, "map", { data: { key: "hidden-text" } }, options);
        expect(compareOne(empty, full)?.changes).toEqual([{ path: "data", kind: "add" }]);
        expect(compareOne(full, empty)?.changes).toEqual([{ path: "data", kind: "remove" }]);
    });
});

describe("replacements that bring others along", () => {
    const cluster = (plugin: string) => resource(CLUSTER, "aks", { networkProfile: { networkPlugin: plugin } });
    const provider = (identifier: string) =>
        resource("pulumi:providers:kubernetes", "k8s", { clusterIdentifier: identifier });

    it("deletedWith, the provider and replaceWith; shown at the cause", () => {
        const rest = [
            resource(CONFIG_MAP, "map", {}, { deletedWith: urnOf(CLUSTER, "aks") }),
            resource(CONFIG_MAP, "other", {}, { replaceWith: [urnOf(CONFIG_MAP, "map")] }),
            resource(POOL, "pool", {}, { dependencies: [urnOf(CLUSTER, "aks")] }),
        ];
        const diff = compare([cluster("azure"), ...rest], [cluster("none"), ...rest]);
        expect(diff.counts).toMatchObject({ replace: 3, same: 1 });
        expect(diff.resources.map(({ name, cascade }) => [name, cascade?.by])).toEqual([
            ["aks", undefined],
            ["map", "deletedWith"],
            ["other", "replaceWith"],
        ]);
        expect(diff.resources[0]?.consequences).toContain("replaced along with it: ConfigMap map, ConfigMap other");
        expect(diff.resources[0]?.consequences).toContain(
            "these depend on it and may have to be replaced, too: AgentPool pool",
        );
    });

    it("a provider for another cluster replaces its objects, another kubeconfig for the same one does not", () => {
        const map = resource(CONFIG_MAP, "map", {}, { provider: urnOf("pulumi:providers:kubernetes", "k8s") });
        expect(compare([provider("a"), map], [provider("b"), map]).counts.replace).toBe(2);
        const config = (kubeconfig: string, more: PlanObject) =>
            resource("pulumi:providers:kubernetes", "k8s", { kubeconfig, ...more });
        const same = { clusterIdentifier: "a" };
        expect(compare([config("x", same), map], [config("y", same), map]).counts).toMatchObject({
            replace: 0,
            update: 1,
        });
        expect(compare([config("x", {}), map], [config("y", {}), map]).counts.replace).toBe(2);
    });
});
