import { describe, expect, it } from "vitest";
import { podSpecsOf } from "../../../components/sgx/index.js";
import { findPodSpec } from "../../support/find-pod-spec.js";

const container = (name: string) => ({
    name,
    image: `${name}:1`,
    resources: { limits: { "sgx.intel.com/epc": "8Mi" } },
});
const pod = (...names: string[]) => ({ spec: { containers: names.map(container) } });
const pathsOf = (object: object) => podSpecsOf(object).map(({ path }) => path);

describe("pod specs are found by shape", () => {
    it.each<[string, object, string[]]>([
        ["a bare pod spec", { containers: [container("a")] }, [""]],
        ["Pod", { kind: "Pod", ...pod("a") }, ["spec"]],
        ["the arguments of a Deployment", { spec: { replicas: 1, template: pod("a") } }, ["spec.template.spec"]],
        [
            "CronJob",
            { kind: "CronJob", spec: { jobTemplate: { spec: { template: pod("a") } } } },
            ["spec.jobTemplate.spec.template.spec"],
        ],
        ["PodTemplate", { kind: "PodTemplate", template: pod("a") }, ["template.spec"]],
        ["Knative's Service", { kind: "Service", spec: { template: pod("a") } }, ["spec.template.spec"]],
        ["Argo's Rollout", { kind: "Rollout", spec: { template: pod("a") } }, ["spec.template.spec"]],
        [
            "JobSet",
            { spec: { replicatedJobs: [{ template: { spec: { template: pod("a") } } }, {}] } },
            ["spec.replicatedJobs[0].template.spec.template.spec"],
        ],
        [
            "RayCluster",
            { spec: { headGroupSpec: { template: pod("a") }, workerGroupSpecs: [{ template: pod("b") }] } },
            ["spec.headGroupSpec.template.spec", "spec.workerGroupSpecs[0].template.spec"],
        ],
        [
            "SparkApplication with templates",
            { spec: { driver: { cores: 1, template: pod("a") }, executor: { template: pod("b") } } },
            ["spec.driver.template.spec", "spec.executor.template.spec"],
        ],
        [
            "List",
            { kind: "List", items: [pod("a"), { kind: "ConfigMap" }, pod("b")] },
            ["items[0].spec", "items[2].spec"],
        ],
        ["no workload", { kind: "ConfigMap", data: { containers: "x" }, metadata: { spec: { containers: [] } } }, []],
        ["an Output in the place of the pod", { spec: { template: { __pulumiOutput: true } } }, []],
        ["the schema of a kind", { spec: { properties: { spec: { properties: { containers: {} } } } } }, []],
    ])("%s", (_, object, paths) => {
        expect(pathsOf(object)).toEqual(paths);
        for (const { podSpec, path } of podSpecsOf(object)) {
            const names = (podSpec.containers as { name: string }[]).map(({ name }) => name);
            expect(names, path).toEqual([path === paths[0] ? "a" : "b"]);
        }
    });

    it("the very object inside the workload, with what holds it", () => {
        const template = pod("a");
        const [found] = podSpecsOf({ spec: { template } });
        expect(found?.podSpec).toBe(template.spec);
        expect(found?.template).toBe(template);
        expect(found?.assembled).toBe(false);
        expect(findPodSpec({ spec: { template } })).toEqual({
            path: "spec.template.spec",
            podSpec: template.spec,
            template,
        });
    });
});

describe("a template of Argo's Workflow is a pod in another form", () => {
    const templates = [
        {
            name: "one",
            container: container("main"),
            sidecars: [container("side")],
            initContainers: [container("init")],
        },
        { name: "steps", steps: [[{ name: "s", template: "one" }]] },
        { name: "script", script: { ...container("script"), source: "print()" } },
        { name: "set", containerSet: { containers: [container("x"), container("y")] } },
    ];

    it.each([
        ["Workflow", { spec: { templates } }, "spec.templates"],
        ["CronWorkflow", { spec: { workflowSpec: { templates } } }, "spec.workflowSpec.templates"],
    ])("%s", (_, object, at) => {
        const found = podSpecsOf(object);
        expect(found.map(({ path }) => path)).toEqual([`${at}[0]`, `${at}[2]`, `${at}[3]`]);
        const names = found.map(({ podSpec }) => (podSpec.containers as { name: string }[]).map(({ name }) => name));
        expect(names).toEqual([["main", "side"], ["script"], ["x", "y"]]);
        expect(found[0]?.podSpec.initContainers).toEqual([container("init")]);
        expect(found.every(({ assembled }) => assembled)).toBe(true);
        expect(findPodSpec(object)).toBeUndefined();
    });
});
