import { expect, test } from "vitest";
import { guardRules } from "../../../components/sgx/admission/rules";
import type { Container, PodSpec, PodTemplate, Workload } from "../../../doctor/model/objects";
import { attestingPod, event, found, healthy, pod, resultOf, workload } from "../support/cluster";

const enclave = "sgx.intel.com/enclave";
const epc = "sgx.intel.com/epc";
const provision = "sgx.intel.com/provision";

/** A container and its pod, set up by hand as they should be. */
const app = (): Container => ({
    name: "app",
    image: "example.azurecr.io/app:1",
    env: [{ name: "SGX_AESM_ADDR", value: "1" }],
    resources: { limits: { [epc]: "64Mi", [enclave]: "1" } },
    volumeMounts: [{ name: "aesm", mountPath: "/var/run/aesmd", readOnly: true }],
});
const spec = (change: Partial<Container> = {}, more: Partial<PodSpec> = {}): PodSpec => ({
    containers: [{ ...app(), ...change }],
    volumes: [{ name: "aesm", hostPath: { path: "/var/run/aesmd", type: "Directory" } }],
    ...more,
});
const outOfProcess = { "confidential-aks/attestation": "out-of-process" };

/** A Deployment of that template. */
function deployment(template: PodTemplate): Workload {
    return { ...workload("web"), template };
}

const cluster = (...templates: PodTemplate[]) =>
    healthy(1, ({ workloads }) => {
        workloads.push(...templates.map(deployment));
    });

const limits = (amounts: Record<string, string>) => ({ resources: { limits: amounts } });

test.each<[string, PodTemplate]>([
    ["set up by withAttestation", { metadata: { labels: outOfProcess }, spec: attestingPod("web").spec }],
    ["set up by hand, under other names", { spec: spec() }],
    ["labelled and set up by hand", { metadata: { labels: outOfProcess }, spec: spec() }],
    [
        "in-process",
        {
            spec: spec(
                { env: [], volumeMounts: [], ...limits({ [epc]: "64Mi", [enclave]: "1", [provision]: "1" }) },
                { volumes: [] },
            ),
        },
    ],
    ["with enclaves and without attestation", { spec: spec({ env: [], volumeMounts: [] }, { volumes: [] }) }],
    ["of Gramine, which uses the socket without the variable", { spec: spec({ env: [] }) }],
    ["for another program that mounts AESM's directory", { spec: spec({ env: [], resources: {} }) }],
    [
        "with an AESM of its own beside it",
        {
            spec: spec(
                {},
                {
                    volumes: [{ name: "aesm", emptyDir: {} }],
                    initContainers: [
                        {
                            name: "aesmd",
                            image: "aesm:1",
                            restartPolicy: "Always",
                            ...limits({ [provision]: "1", [enclave]: "1", [epc]: "2Mi" }),
                        },
                    ],
                },
            ),
        },
    ],
])("a workload %s is fine", (_, template) => {
    const all = resultOf(cluster(template), "CA-W22").findings.filter(({ severity }) => severity === "problem");
    expect(all).toEqual([]);
    expect(found(cluster(template))).not.toContain("CA-W22 mount-without-variable");
});

test.each<[string, "problem" | "warning", PodTemplate]>([
    ["variable-without-mount", "problem", { spec: spec({ volumeMounts: [] }, { volumes: [] }) }],
    ["mount-without-variable", "problem", { metadata: { labels: outOfProcess }, spec: spec({ env: [] }) }],
    ["enclave-missing", "problem", { spec: spec(limits({ [epc]: "64Mi" })) }],
    ["epc-missing", "warning", { spec: spec(limits({ [enclave]: "1" })) }],
    [
        "not-set-up",
        "problem",
        { metadata: { labels: outOfProcess }, spec: spec({ env: [], volumeMounts: [] }, { volumes: [] }) },
    ],
    ["socket-dir-taken", "problem", { spec: spec({}, { volumes: [{ name: "aesm", emptyDir: {} }] }) }],
])("%s is a %s in the guard's words", (id, severity, template) => {
    const { findings } = resultOf(cluster(template), "CA-W22");
    expect(findings).toMatchObject([
        { reason: id, severity, where: [{ kind: "Deployment", namespace: "shop", name: "web" }] },
    ]);
    const says = guardRules({ allowInProcess: true, csiDrivers: [] }).find((rule) => rule.id === id)?.says;
    expect(`${findings[0]?.seen ?? ""}; ${findings[0]?.fix ?? ""}`).toBe(`container "app" ${says ?? ""}`);
});

test.each<[string, "problem" | "warning", PodTemplate, string]>([
    ["epc-quantity", "problem", { spec: spec(limits({ [epc]: "10", [enclave]: "1" })) }, 'did you mean "10Mi"?'],
    ["device-count", "problem", { spec: spec(limits({ [epc]: "10Mi", [enclave]: "2" })) }, 'write "1"'],
    [
        "legacy-resource",
        "problem",
        { spec: spec(limits({ "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" })) },
        '"10Mi"',
    ],
    ["provision", "warning", { spec: spec(limits({ [epc]: "10Mi", [enclave]: "1", [provision]: "1" })) }, "inProcess"],
    ["variable-value", "warning", { spec: spec({ env: [{ name: "SGX_AESM_ADDR", value: "0" }] }) }, 'value: "1"'],
    ["provisioning-way", "warning", { spec: spec({ securityContext: { privileged: true } }) }, "privileged: true"],
    [
        "provisioning-way",
        "problem",
        { metadata: { labels: outOfProcess }, spec: spec({ securityContext: { privileged: true } }) },
        "privileged: true",
    ],
    ["label-without-epc", "problem", { metadata: { labels: outOfProcess }, spec: spec(limits({})) }, '"32Mi"'],
    [
        "other-author",
        "problem",
        { metadata: { labels: outOfProcess, annotations: { "sgx.intel.com/quote-provider": "aesmd" } }, spec: spec() },
        "remove the annotation",
    ],
    [
        "label-value",
        "problem",
        { metadata: { labels: { "confidential-aks/attestation": "yes" } }, spec: spec() },
        'write "out-of-process" or "in-process"',
    ],
])("%s is a %s in withAttestation's words", (reason, severity, template, remedy) => {
    expect(resultOf(cluster(template), "CA-W22").findings).toMatchObject([
        { reason, severity, fix: expect.stringContaining(remedy) as string },
    ]);
});

test("a finding says where in the manifest it is", () => {
    const [finding] = resultOf(cluster({ spec: spec(limits({ [epc]: "10", [enclave]: "1" })) }), "CA-W22").findings;
    expect(finding?.seen).toContain('spec.template.spec.containers[0].resources.limits["sgx.intel.com/epc"] = "10"');
});

test("the pods count before the template: the policies have completed them, or have not", () => {
    const template = { metadata: { labels: outOfProcess }, spec: spec({ env: [], volumeMounts: [] }, { volumes: [] }) };
    const withPod = (podSpec: PodSpec) =>
        healthy(1, ({ workloads, pods }) => {
            workloads.push(deployment(template));
            const ownerReferences = [{ kind: "ReplicaSet", name: "web-5d4", uid: "rs", controller: true }];
            const labels = { ...outOfProcess, "pod-template-hash": "5d4" };
            pods.push(pod("web-5d4-x", "shop", { ...podSpec, nodeName: "aks-enclave-0" }, { labels, ownerReferences }));
        });
    expect(found(withPod(attestingPod("web").spec))).toEqual([]);
    expect(resultOf(withPod(template.spec), "CA-W22").findings).toMatchObject([
        { reason: "not-set-up", where: [{ kind: "Deployment", name: "web" }] },
    ]);
});

test("without pods a labelled template is complete where the policy that completes it is there", () => {
    const template = {
        metadata: { labels: outOfProcess },
        spec: spec({ env: [], volumeMounts: [], ...limits({ [epc]: "64Mi" }) }, { volumes: [] }),
    };
    const snapshot = cluster(template);
    const metadata = { name: "sgx-injection", uid: "p" };
    const policies = [{ kind: "MutatingAdmissionPolicy" as const, metadata }];
    expect(resultOf({ ...snapshot, objects: { ...snapshot.objects, policies } }, "CA-W22").result).not.toBe("problem");
});

test("EPC without the enclave device is a warning where the nodes have another device plugin, unless the pod is labelled", () => {
    const severities = (labels: Record<string, string>, plugin: Record<string, string>) => {
        const bare = { metadata: { labels }, spec: spec(limits({ [epc]: "64Mi" })) };
        const snapshot = healthy(1, ({ pods, daemonSets }) => {
            pods.push(pod("web", "shop", { ...bare.spec, nodeName: "aks-enclave-0" }, { labels }));
            const [set] = daemonSets;
            if (set !== undefined) set.metadata = { ...set.metadata, labels: plugin };
        });
        const all = resultOf(snapshot, "CA-W22").findings;
        expect(all.map(({ reason }) => reason)).toEqual(["enclave-missing"]);
        return all.map(({ severity }) => severity);
    };
    expect(severities({}, { "app.kubernetes.io/name": "sgx-device-plugin" })).toEqual(["problem"]);
    expect(severities({}, { app: "intel-sgx-plugin" })).toEqual(["warning"]);
    expect(severities(outOfProcess, { app: "intel-sgx-plugin" })).toEqual(["problem"]);
});

test("a template that a webhook completes is fine without pods", () => {
    const template = {
        metadata: { annotations: { "sgx.intel.com/quote-provider": "aesmd" } },
        spec: spec({ volumeMounts: [], ...limits({ [epc]: "1Mi" }) }, { volumes: [] }),
    };
    const snapshot = cluster(template);
    const daemonSets = snapshot.objects.daemonSets.map((set) =>
        set.metadata.name === "sgx-device-plugin"
            ? { ...set, metadata: { ...set.metadata, labels: { app: "intel-sgx-plugin" } } }
            : set,
    );
    expect(resultOf({ ...snapshot, objects: { ...snapshot.objects, daemonSets } }, "CA-W22").result).toBe("ok");
});

test("pods without an owner that was read, and a CronJob with its Jobs, are told once", () => {
    const wrong = spec({ volumeMounts: [] }, { volumes: [] });
    const snapshot = healthy(1, ({ workloads, pods }) => {
        const owner = (kind: string, name: string) => [{ kind, name, uid: name, controller: true }];
        const of = (name: string, kind: string, parent: string) =>
            pod(name, "shop", { ...wrong, nodeName: "aks-enclave-0" }, { ownerReferences: owner(kind, parent) });
        pods.push(
            pod("alone", "shop", { ...wrong, nodeName: "aks-enclave-0" }),
            of("r-1", "Rollout", "r"),
            of("r-2", "Rollout", "r"),
        );
        workloads.push({
            ...deployment({ spec: wrong }),
            kind: "CronJob",
            metadata: { name: "nightly", namespace: "shop", uid: "c" },
        });
        const ownerReferences = owner("CronJob", "nightly");
        workloads.push({
            ...deployment({ spec: wrong }),
            kind: "Job",
            metadata: { name: "nightly-1", namespace: "shop", uid: "j", ownerReferences },
        });
        pods.push(of("nightly-1-x", "Job", "nightly-1"));
    });
    const [finding, ...rest] = resultOf(snapshot, "CA-W22").findings;
    expect(rest).toEqual([]);
    expect(finding?.where).toEqual([
        { kind: "CronJob", namespace: "shop", name: "nightly" },
        { kind: "Pod", namespace: "shop", name: "alone" },
        { kind: "Rollout", namespace: "shop", name: "r" },
    ]);
});

test("pods that a policy refuses for a reason that is not seen here: the policy's own words", () => {
    const snapshot = cluster({ spec: spec() });
    const message =
        "pods \"web-5d4-x\" is forbidden: ValidatingAdmissionPolicy 'sgx-guard' with binding 'sgx-guard' denied request: container \"app\" opens a port of the node";
    const events = [event("ReplicaSet", { name: "web-5d4", namespace: "shop" }, "FailedCreate", message)];
    expect(resultOf({ ...snapshot, objects: { ...snapshot.objects, events } }, "CA-W22").findings).toMatchObject([
        { reason: "refused", seen: 'the policy sgx-guard refuses its pods: container "app" opens a port of the node' },
    ]);
});
