import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
    convertLegacyResources,
    podSpecsOf,
    withAttestation,
    type AttestationMode,
    type WithAttestationOptions,
} from "../../../components/sgx/index.js";
import { failureOf } from "../../support/failure.js";
import { enclavePod, epc, wrappings, type TestPodSpec } from "./workloads.js";

const manifest = (name: string): object =>
    parse(readFileSync(join(__dirname, "../../fixtures/manifests", `${name}.yaml`), "utf8")) as object;
const container = (name: string) => enclavePod({ name }).containers[0]!;
const setUp = (object: object, path: string): boolean => {
    const { podSpec } = podSpecsOf(object).find((place) => place.path === path)!;
    return ((podSpec as unknown as TestPodSpec).volumes ?? []).some(({ name }) => name === "aesmd-socket");
};

describe("a manifest as people bring it", () => {
    it.each<[string, AttestationMode, WithAttestationOptions, string, string, string]>([
        [
            "dev-mounts",
            "outOfProcess",
            {},
            "spec.template.spec.volumes[1].hostPath.path",
            "provisioning device",
            "remove the volume",
        ],
        ["dev-whole", "outOfProcess", {}, "spec.volumes[0].hostPath.path", "provisioning device", "remove the volume"],
        [
            "privileged",
            "outOfProcess",
            {},
            "spec.containers[0].securityContext.privileged",
            "provisioning device",
            "sgx.intel.com/enclave gives",
        ],
        [
            "ehsm-after-advice",
            "outOfProcess",
            { containers: ["kms"], epc: "64Mi" },
            "spec.template.spec.containers[0].securityContext.privileged",
            "provisioning device",
            "sgx.intel.com/enclave gives",
        ],
        [
            "issuer",
            "outOfProcess",
            {},
            'spec.template.metadata.annotations["sgx.intel.com/quote-provider"]',
            "Intel's webhook",
            "remove the annotation",
        ],
        [
            "issuer",
            "inProcess",
            {},
            'spec.template.metadata.annotations["sgx.intel.com/quote-provider"]',
            "Intel's webhook",
            "remove the annotation",
        ],
        [
            "node-capacity",
            "outOfProcess",
            {},
            `spec.containers[0].resources.limits["${epc}"]`,
            "with Ki, Mi or Gi",
            'write "95744Ki"',
        ],
        [
            "argo-workflow",
            "outOfProcess",
            {},
            "spec.templates[0].container",
            "Argo's Workflow",
            "containers: [t.container]",
        ],
        ["spark-pod-template", "outOfProcess", {}, "spec.containers", "asks for sgx.intel.com/epc", 'epc: "32Mi"'],
        [
            "spark-pod-template",
            "outOfProcess",
            { containers: ["spark-kubernetes-driver"], epc: "64Mi" },
            "spec.containers[0].image",
            "waits for AESM",
            "options.waitImage",
        ],
    ])("%s, %s %j", (name, mode, options, path, expected, remedy) => {
        const { problems } = failureOf(() => withAttestation(manifest(name), mode, options));
        expect(problems).toHaveLength(1);
        expect(problems[0]?.path).toBe(path);
        expect(problems[0]?.expected).toContain(expected);
        expect(problems[0]?.remedy).toContain(remedy);
    });

    it("of Spark in a library OS: all that is in the way, at once", () => {
        const { problems } = failureOf(() => withAttestation(manifest("ppml"), "outOfProcess"));
        const at = (kind: string, resource: string) =>
            `spec.containers[0].resources.${kind}["sgx.intel.com/${resource}"]`;
        expect(problems.map(({ path }) => path).sort()).toEqual(
            [
                ...["epc", "enclave", "provision"].flatMap((name) => [at("limits", name), at("requests", name)]),
                "spec.containers[0].volumeMounts[0]",
                "spec.volumes[1].hostPath.path",
            ].sort(),
        );
    });

    it.each<[string, WithAttestationOptions, string]>([
        ["knative", {}, "spec.template.spec"],
        ["native-sidecar", {}, "spec.template.spec"],
        [
            "spark-pod-template",
            { containers: ["spark-kubernetes-driver"], epc: "64Mi", waitImage: "spark:3.5.6" },
            "spec",
        ],
    ])("%s %j works", (name, options, path) => {
        const result = withAttestation(manifest(name), "outOfProcess", options);
        expect(setUp(result, path)).toBe(true);
        expect(withAttestation(result, "outOfProcess", options)).toEqual(result);
    });
});

describe("a kind that keeps its pods elsewhere", () => {
    it("is Argo's Workflow: what the message says to do works", () => {
        const workflow = manifest("argo-workflow") as {
            spec: {
                templates: {
                    container: object;
                    initContainers?: object[];
                    volumes?: object[];
                    tolerations?: object[];
                }[];
            };
        };
        for (const t of workflow.spec.templates) {
            const pod = {
                containers: [t.container],
                initContainers: t.initContainers,
                volumes: t.volumes,
                tolerations: t.tolerations,
            };
            const { containers, ...lists } = withAttestation(pod, "outOfProcess");
            Object.assign(t, lists, { container: containers[0] });
        }
        expect(setUp(workflow, "spec.templates[0]")).toBe(true);
        expect(workflow.spec.templates[0]?.container).toMatchObject({ env: [{ name: "SGX_AESM_ADDR", value: "1" }] });
    });

    it.each<[string, object, string, string]>([
        ["a script", { spec: { templates: [{ script: container("s") }] } }, "spec.templates[0].script", "[t.script]"],
        [
            "a set of containers",
            {
                spec: {
                    workflowSpec: { templates: [{ steps: [] }, { containerSet: { containers: [container("s")] } }] },
                },
            },
            "spec.workflowSpec.templates[1].containerSet",
            "t.containerSet.containers",
        ],
    ])("is Argo's Workflow with %s", (_, object, path, remedy) => {
        const { problems } = failureOf(() => withAttestation(object, "outOfProcess"));
        expect(problems).toMatchObject([{ path }]);
        expect(problems[0]?.remedy).toContain(remedy);
    });

    it.each([
        [
            "SparkApplication",
            { spec: { sparkVersion: "3.5.6", driver: { cores: 1 }, executor: { cores: 2 } } },
            "spec.executor.template",
        ],
        [
            "ScheduledSparkApplication",
            { spec: { template: { sparkVersion: "3.5.6", driver: {} } } },
            "spec.template.driver.template",
        ],
    ])("is %s, until it has a template", (kind, object, path) => {
        const { problems } = failureOf(() => withAttestation({ kind, ...object }, "outOfProcess"));
        expect(problems).toMatchObject([{ path }]);
        expect(problems[0]?.remedy).toContain("podTemplateFile");
        const template = { spec: { containers: [container("spark-kubernetes-executor")] } };
        const spec = { sparkVersion: "3.5.6", driver: { cores: 1 }, executor: { template } };
        expect(setUp(withAttestation({ kind, spec }, "outOfProcess"), "spec.executor.template.spec")).toBe(true);
    });

    it("is none that has no pod at all", () => {
        for (const object of [
            { kind: "ConfigMap", data: {} },
            { kind: "Task", spec: { steps: [container("s")] } },
        ]) {
            expect(() => withAttestation(object, "outOfProcess")).toThrow(
                /a list `containers`, itself or under a key `spec`/,
            );
        }
    });
});

describe("a workload with several pods", () => {
    const list = {
        kind: "List",
        items: [
            wrappings.deployment(enclavePod()),
            { kind: "ConfigMap", data: {} },
            wrappings.pod({ containers: [{ name: "plain", image: "p" }] }),
        ],
    };

    it("has those set up that ask for EPC, or have a container that is named", () => {
        const result = withAttestation(list, "outOfProcess");
        expect(setUp(result, "items[0].spec.template.spec")).toBe(true);
        expect(result.items[2]).toEqual(list.items[2]);
        const named = withAttestation(list, "outOfProcess", { containers: ["plain"], epc: "8Mi" });
        expect(setUp(named, "items[0].spec.template.spec")).toBe(false);
        expect(setUp(named, "items[2].spec")).toBe(true);
        const { problems } = failureOf(() =>
            withAttestation(list, "outOfProcess", { containers: ["plan"], epc: "8Mi" }),
        );
        expect(problems).toMatchObject([{ path: "options.containers[0]", remedy: 'did you mean "plain"?' }]);
    });

    it("names the place of each problem, and says it when no pod asks for EPC", () => {
        const bad = enclavePod({ securityContext: { privileged: true } });
        const cluster = {
            spec: { headGroupSpec: { template: { spec: bad } }, workerGroupSpecs: [{ template: { spec: bad } }] },
        };
        expect(failureOf(() => withAttestation(cluster, "outOfProcess")).problems).toMatchObject([
            { path: "spec.headGroupSpec.template.spec.containers[0].securityContext.privileged" },
            { path: "spec.workerGroupSpecs[0].template.spec.containers[0].securityContext.privileged" },
        ]);
        const plain = { items: [list.items[2], list.items[2]] };
        expect(failureOf(() => withAttestation(plain, "outOfProcess")).problems).toMatchObject([
            { path: "items[0].spec.containers" },
        ]);
    });

    it("has the legacy resource converted in all of them, those of Argo's Workflow too", () => {
        const old = { resources: { limits: { "kubernetes.azure.com/sgx_epc_mem_in_MiB": 10 } } };
        const converted = { resources: { limits: { [epc]: "10Mi" } } };
        const given = (part: object) => ({
            items: [{ spec: { containers: [part] } }, { spec: { templates: [{ container: part }] } }],
        });
        expect(convertLegacyResources(given(old))).toEqual(given(converted));
    });
});
