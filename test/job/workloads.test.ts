import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { AttestedJob, OpenEnclaveSample, SgxDevicePlugin, type AttestedJobArgs } from "../../components";
import { devicePluginSpec } from "../../components/device-plugin/spec";
import { construct, one, type Constructed } from "../support/construct";
import { podSpecOf, type PodSpec } from "../support/pods";

type Made = pulumi.Resource;

describe("the device plugin", () => {
    test("warns of the default images, which are by tag, and of none that was named", () => {
        const own = "registry.example.com/sgx-plugin:1";
        expect(devicePluginSpec({}).warnings).toMatchObject([
            {
                code: "image-by-tag",
                path: "image, epcHookImage",
                message: expect.stringContaining(
                    "intel/intel-sgx-plugin:0.36.0 and intel/intel-sgx-initcontainer:0.36.0",
                ) as string,
            },
        ]);
        expect(devicePluginSpec({ image: own }).warnings).toMatchObject([{ path: "epcHookImage" }]);
        expect(devicePluginSpec({ image: own, epcHookImage: own }).warnings).toEqual([]);
    });

    const make = (args = {}) => construct("preview", () => new SgxDevicePlugin("plugin", args));

    test("is a namespace, a network policy, the EPC hook's account with its role and the policy that narrows it, and one DaemonSet", async () => {
        const resources = await make();
        expect(resources.map(({ type, name, parent }) => `${type} ${name} < ${parent}`).sort()).toEqual([
            "confidential-aks:index:SgxDevicePlugin plugin < project-stack",
            "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy plugin-own-node < plugin",
            "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding plugin-own-node < plugin",
            "kubernetes:apps/v1:DaemonSet plugin < plugin",
            "kubernetes:core/v1:Namespace plugin-namespace < plugin",
            "kubernetes:core/v1:ServiceAccount plugin-epc-hook < plugin",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy plugin-network < plugin",
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole plugin-epc-hook < plugin",
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding plugin-epc-hook < plugin",
        ]);
    });

    test("lets the EPC hook read nodes and patch their status, and nothing else", async () => {
        expect(one(await make(), "ClusterRole").inputs.rules).toEqual([
            { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
            { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
        ]);
    });

    test("asks of the hook's account only, in the namespace where it is, and refuses where the policy fails", async () => {
        for (const [args, namespace] of [
            [{}, "sgx-device-plugin"],
            [{ namespace: "kube-system" }, "kube-system"],
            [{ namespace: pulumi.output("later") }, "later"],
        ] as const) {
            const { spec } = one(await make(args), ":ValidatingAdmissionPolicy").inputs as {
                spec: { failurePolicy: string; matchConditions: { expression: string }[] };
            };
            expect(spec.failurePolicy).toBe("Fail");
            expect(spec.matchConditions.map(({ expression }) => expression)).toEqual([
                `request.userInfo.username == "system:serviceaccount:${namespace}:sgx-epc-hook"`,
            ]);
        }
    });

    test("has the policy before the hook gets its rights, and those before the DaemonSet", async () => {
        const ways = [
            undefined,
            (first: Made) => first,
            (first: Made) => [first],
            (first: Made) => pulumi.output([first]),
        ];
        for (const dependsOn of ways) {
            const resources = await construct("preview", () => {
                const first = new AttestedJob("first", { image: "r.example/app:1", epc: "64Mi" });
                new SgxDevicePlugin("plugin", {}, dependsOn === undefined ? {} : { dependsOn: dependsOn(first) });
            });
            const waits = (type: string) => one(resources, type).options.dependsOn;
            const given = dependsOn === undefined ? [] : ["first"];
            expect(waits(":ClusterRoleBinding")).toEqual(expect.arrayContaining([...given, "plugin-own-node"]));
            expect(waits(":DaemonSet")).toEqual(
                expect.arrayContaining([...given, "plugin-own-node", "plugin-epc-hook"]),
            );
        }
    });

    test("gives its objects of the cluster names that are not the component's", async () => {
        const metadata = async (name: string) =>
            (await construct("preview", () => new SgxDevicePlugin(name, {})))
                .filter(({ type }) => /ClusterRole|AdmissionPolicy/.test(type))
                .map(({ inputs }) => inputs.metadata);
        const found = await metadata("a");
        expect(found).toHaveLength(4);
        expect(await metadata("My_Plugin.")).toEqual(found);
        for (const one of found) {
            expect(one).toMatchObject({ name: expect.stringMatching(/^confidential-aks[-:]sgx-epc-hook$/) as string });
            expect(one).toMatchObject({ labels: { "app.kubernetes.io/part-of": "confidential-aks" } });
        }
    });

    test("gives the API token to the hook, which is not root, not to the plugin", async () => {
        const spec = podSpecOf(one(await make(), "DaemonSet"));
        expect(spec.automountServiceAccountToken).toBe(false);
        expect(spec.initContainers?.[0]?.volumeMounts.map(({ name }) => name)).toEqual(["api-token"]);
        expect(spec.initContainers?.[0]?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_532 });
        expect(spec.containers[0]?.volumeMounts.map(({ name }) => name)).not.toContain("api-token");
    });

    test("passes its limits as text", async () => {
        const { containers } = podSpecOf(one(await make({ enclaveLimit: 20, provisionLimit: 2 }), "DaemonSet"));
        expect(containers[0]?.args).toEqual(["-enclave-limit", "20", "-provision-limit", "2"]);
    });

    test("stays in a namespace that is given", async () => {
        const resources = await make({ namespace: "kube-system" });
        expect(resources.filter(({ type }) => type.endsWith(":Namespace"))).toEqual([]);
        expect(one(resources, "DaemonSet").inputs.metadata).toMatchObject({ namespace: "kube-system" });
    });
});

describe("an attested job", () => {
    const args: AttestedJobArgs = { image: "r.example/app:1", epc: "64Mi" };
    const make = (more: Partial<AttestedJobArgs> = {}) =>
        construct("preview", () => new AttestedJob("job", { ...args, ...more }));
    const pod = async (more: Partial<AttestedJobArgs> = {}) => podSpecOf(one(await make(more), ":Job"));

    test("has its name left to Pulumi, so that a change runs another Job", async () => {
        expect(one(await make(), ":Job").inputs.metadata).not.toHaveProperty("name");
    });

    test("does not follow the component's name, which would run another Job", async () => {
        const inputs = async (name: string) =>
            one(await construct("preview", () => new AttestedJob(name, args)), ":Job").inputs;
        expect(await inputs("other")).toEqual(await inputs("job"));
        const { metadata } = (await inputs("job")) as { metadata: { labels: Record<string, string> } };
        expect(metadata.labels["app.kubernetes.io/name"]).toBe("attested-job");
    });

    test("caches collateral in its writable folder, unless the environment names another", async () => {
        const cache = async (env?: Record<string, string>) =>
            (await pod(env === undefined ? {} : { env })).containers[0]?.env?.filter(
                ({ name }) => name === "AZDCAP_CACHE",
            );
        expect(await cache()).toEqual([{ name: "AZDCAP_CACHE", value: "/tmp" }]);
        expect(await cache({ AZDCAP_CACHE: "/cache" })).toEqual([{ name: "AZDCAP_CACHE", value: "/cache" }]);
    });

    test("attests out-of-process: variable as text, directory read-only, enclave but no provisioning device, waiting first", async () => {
        const { containers, initContainers, volumes } = await pod();
        const app = containers[0]!;
        expect(app.env).toContainEqual({ name: "SGX_AESM_ADDR", value: "1" });
        expect(app.volumeMounts).toContainEqual({ name: "aesmd-socket", mountPath: "/var/run/aesmd", readOnly: true });
        expect(app.resources.limits).toMatchObject({ "sgx.intel.com/epc": "64Mi", "sgx.intel.com/enclave": "1" });
        expect(JSON.stringify({ containers, initContainers })).not.toContain("provision");
        expect(volumes).toContainEqual({
            name: "aesmd-socket",
            hostPath: { path: "/var/run/aesmd", type: "Directory" },
        });
        expect(initContainers?.map(({ name, image }) => [name, image])).toEqual([["wait-for-aesm", "r.example/app:1"]]);
    });

    test("attests in-process on request: provisioning device, no variable, no socket, no waiting", async () => {
        const { containers, initContainers, volumes } = await pod({ mode: "inProcess" });
        expect(containers[0]?.resources.limits).toMatchObject({
            "sgx.intel.com/provision": "1",
            "sgx.intel.com/enclave": "1",
        });
        expect(JSON.stringify({ containers, volumes })).not.toMatch(/SGX_AESM_ADDR|aesmd/);
        expect(initContainers ?? []).toEqual([]);
    });

    test("runs as an unprivileged user, without capabilities, on a read-only root", async () => {
        expect((await pod()).containers[0]?.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            privileged: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
            runAsNonRoot: true,
            runAsUser: 10_001,
            runAsGroup: 10_001,
        });
    });

    test("is waited for a little longer than its deadline", async () => {
        const job = one(await make({ deadlineSeconds: 600 }), ":Job");
        expect(job.inputs.spec).toMatchObject({ activeDeadlineSeconds: 600, backoffLimit: 3 });
        expect(job.options.createTimeout).toBe("720s");
    });

    test("waits for AESM as long as is said, and no longer than half a short deadline", async () => {
        const wait = async (more: Partial<AttestedJobArgs>) => (await pod(more)).initContainers?.[0]?.command?.at(-2);
        expect([await wait({}), await wait({ waitDeadlineSeconds: 77 }), await wait({ deadlineSeconds: 100 })]).toEqual(
            ["300", "77", "50"],
        );
    });

    test("belongs to the groups that are asked for", async () => {
        expect(await pod({ supplementalGroups: [109] })).toMatchObject({
            securityContext: { supplementalGroups: [109] },
        });
        expect(await pod()).not.toHaveProperty("securityContext");
    });

    test("runs as root only on request, and still without capabilities", async () => {
        const root = (await pod({ runAsUser: 0 })).containers[0]?.securityContext;
        expect(root).toMatchObject({ runAsUser: 0, runAsNonRoot: false, capabilities: { drop: ["ALL"] } });
    });

    test("runs again on request", async () => {
        const template = (r: Constructed[]) => (one(r, ":Job").inputs as { spec: { template: unknown } }).spec.template;
        expect(template(await make({ rerun: "2" }))).not.toEqual(template(await make({ rerun: "1" })));
    });

    test("keeps a secret in its environment secret", async () => {
        const { containers } = await pod({ env: { TOKEN: pulumi.secret("hush") } });
        expect(JSON.stringify(containers)).toContain('{"secret":"hush"}');
    });

    test("tolerates spot nodes only on request", async () => {
        const spot = expect.objectContaining({ key: "kubernetes.azure.com/scalesetpriority" }) as unknown;
        expect((await pod()).tolerations).not.toContainEqual(spot);
        expect((await pod({ tolerateSpot: true })).tolerations).toContainEqual(spot);
    });

    test("takes an image that is an output", async () => {
        const { containers } = await pod({ image: pulumi.output("r.example/late:1") });
        expect(containers[0]?.image).toBe("r.example/late:1");
    });
});

describe("the sample", () => {
    const make = (more = {}) =>
        construct("preview", () => new OpenEnclaveSample("sample", { image: "r.example/sample:1", ...more }));
    const pod = async (more = {}) => podSpecOf(one(await make(more), ":Job"));
    const controlOf = (spec: PodSpec) => spec.initContainers!.find(({ name }) => name === "negative-control")!;

    test("runs in a namespace of its own that allows hostPath", async () => {
        const resources = await make();
        expect(one(resources, ":Namespace").inputs.metadata).toMatchObject({
            name: "attestation-sample",
            labels: { "pod-security.kubernetes.io/enforce": "privileged" },
        });
        expect(one(resources, ":Job").inputs.metadata).toMatchObject({ namespace: "attestation-sample" });
    });

    test("waits for AESM, then runs the control, then the proof", async () => {
        const { initContainers, containers } = await pod();
        expect(initContainers?.map(({ name }) => name)).toEqual(["wait-for-aesm", "negative-control"]);
        expect(containers.map(({ name, args }) => [name, (args as string[])[0]])).toEqual([["app", "prove"]]);
    });

    test("gives the control the same program, devices and variables, and an empty directory in place of AESM's", async () => {
        const spec = await pod();
        const [control, app] = [controlOf(spec), spec.containers[0]!];
        expect(control.image).toBe(app.image);
        expect(control.command).toEqual(app.command);
        expect(control.resources.limits).toEqual(app.resources.limits);
        expect(new Set(control.env!.map(({ name }) => name))).toEqual(new Set(app.env!.map(({ name }) => name)));
        expect(control.volumeMounts).toContainEqual({ name: "no-aesm", mountPath: "/var/run/aesmd", readOnly: true });
        expect(spec.volumes).toContainEqual({ name: "no-aesm", emptyDir: { sizeLimit: "1Mi" } });
        expect(app.volumeMounts).toContainEqual({ name: "aesmd-socket", mountPath: "/var/run/aesmd", readOnly: true });
    });

    test("ties the control to its proof by the pod's id and a folder that both see", async () => {
        const spec = await pod();
        for (const container of [controlOf(spec), spec.containers[0]!]) {
            expect(container.args).toContain("--run-id=$(POD_UID)");
            expect(container.env).toContainEqual({
                name: "POD_UID",
                valueFrom: { fieldRef: { fieldPath: "metadata.uid" } },
            });
            expect(container.volumeMounts).toContainEqual({ name: "tmp", mountPath: "/tmp" });
        }
    });

    test("leaves room in its deadline for waiting and both runs", async () => {
        for (const deadlineSeconds of [150, 900, 86_400]) {
            const job = one(await make({ deadlineSeconds }), ":Job");
            const spec = podSpecOf(job);
            const run = Number(/--deadline=(\d+)/.exec((spec.containers[0]?.args as string[])[1]!)?.[1]);
            const wait = Number(spec.initContainers?.[0]?.command?.at(-2));
            expect(run).toBeGreaterThanOrEqual(30);
            expect(2 * run + wait).toBeLessThan(deadlineSeconds);
            expect(job.inputs.spec).toMatchObject({ activeDeadlineSeconds: deadlineSeconds, backoffLimit: 2 });
        }
    });

    test("asks for no provisioning device anywhere", async () => {
        expect(JSON.stringify(await pod())).not.toContain("provision");
    });
});
