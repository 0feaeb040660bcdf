import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { withAttestation } from "../../../components/sgx/index.js";
import { findPodSpec } from "../../support/find-pod-spec.js";
import { aesmWaitCommand } from "../../../components/sgx/aesm/probe.js";
import { enclave, enclavePod, epc, provision, wrappingNames, wrappings, type TestPodSpec } from "./workloads.js";

const env = { name: "SGX_AESM_ADDR", value: "1" };
const mount = { name: "aesmd-socket", mountPath: "/var/run/aesmd", readOnly: true };
const volume = { name: "aesmd-socket", hostPath: { path: "/var/run/aesmd", type: "Directory" } };
const toleration = { key: "confidential-aks/sgx", operator: "Exists", effect: "NoSchedule" };
const podSpecIn = (workload: object): TestPodSpec => findPodSpec(workload)!.podSpec as unknown as TestPodSpec;

describe("out-of-process", () => {
    it("writes variable, socket directory, devices, toleration and the init container that waits", () => {
        expect(withAttestation(enclavePod(), "outOfProcess")).toEqual({
            containers: [
                {
                    name: "app",
                    image: "app:1",
                    env: [env],
                    resources: { limits: { [epc]: "32Mi", [enclave]: "1" } },
                    volumeMounts: [mount],
                },
            ],
            volumes: [volume],
            tolerations: [toleration],
            initContainers: [
                {
                    name: "wait-for-aesm",
                    image: "app:1",
                    command: aesmWaitCommand({ deadlineSeconds: 300, intervalSeconds: 2 }),
                    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "32Mi" } },
                    securityContext: {
                        allowPrivilegeEscalation: false,
                        capabilities: { drop: ["ALL"] },
                        privileged: false,
                        readOnlyRootFilesystem: true,
                        runAsNonRoot: true,
                        runAsUser: 65_532,
                        runAsGroup: 65_532,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    terminationMessagePolicy: "FallbackToLogsOnError",
                    volumeMounts: [mount],
                },
            ],
        });
    });

    it("waits before every other init container, with the image and pull policy of the first enclave container", () => {
        const pod = enclavePod({ imagePullPolicy: "Never" }, { initContainers: [{ name: "migrate", image: "m:1" }] });
        const [first, second] = withAttestation(pod, "outOfProcess").initContainers ?? [];
        expect(first).toMatchObject({ name: "wait-for-aesm", image: "app:1", imagePullPolicy: "Never" });
        expect(second).toEqual({ name: "migrate", image: "m:1" });
    });

    it("takes another image, another deadline, or no wait at all", () => {
        const named = withAttestation(enclavePod({ imagePullPolicy: "Never" }), "outOfProcess", {
            waitImage: "ubuntu:24.04",
            waitDeadlineSeconds: 60,
        });
        expect(named.initContainers?.[0]).toMatchObject({
            image: "ubuntu:24.04",
            command: expect.arrayContaining(["60"]) as string[],
        });
        expect(named.initContainers?.[0]).not.toHaveProperty("imagePullPolicy");
        expect(withAttestation(named, "outOfProcess", { wait: false })).not.toHaveProperty("initContainers");
    });

    it("replaces its own init container when called again with another deadline", () => {
        const once = withAttestation(enclavePod(), "outOfProcess", { waitDeadlineSeconds: 60 });
        const twice = withAttestation(once, "outOfProcess", { waitDeadlineSeconds: 90 });
        expect(twice).toEqual(withAttestation(enclavePod(), "outOfProcess", { waitDeadlineSeconds: 90 }));
        expect(twice).not.toEqual(once);
    });

    it("touches only the containers named, and gives EPC to those that ask for none", () => {
        const sidecar = { name: "sidecar", image: "s:1" };
        const pod = { containers: [{ name: "app", image: "app:1" }, sidecar] };
        const result = withAttestation(pod, "outOfProcess", { containers: ["app"], epc: "64Mi" }) as TestPodSpec;
        expect(result.containers[0]?.resources).toEqual({ limits: { [epc]: "64Mi", [enclave]: "1" } });
        expect(result.containers[1]).toEqual(sidecar);
        const own = withAttestation(enclavePod(), "outOfProcess", { epc: "64Mi" });
        expect(own.containers[0]?.resources?.limits?.[epc]).toBe("32Mi");
    });

    it("includes init containers that ask for EPC", () => {
        const init = { name: "seal", image: "s:1", resources: { limits: { [epc]: "8Mi" } } };
        const result = withAttestation(enclavePod({}, { initContainers: [init] }), "outOfProcess");
        expect(result.initContainers?.[1]).toMatchObject({ name: "seal", env: [env], volumeMounts: [mount] });
    });

    it("sets requests for SGX resources only where the container has some", () => {
        const requests = { [epc]: "32Mi", cpu: "1" };
        const both = withAttestation(
            enclavePod({ resources: { limits: { [epc]: "32Mi" }, requests } }),
            "outOfProcess",
        );
        expect(both.containers[0]?.resources?.requests).toEqual({ [epc]: "32Mi", [enclave]: "1", cpu: "1" });
        const only = withAttestation(enclavePod({ resources: { requests: { [epc]: "32Mi" } } }), "outOfProcess");
        expect(only.containers[0]?.resources?.limits).toEqual({ [epc]: "32Mi", [enclave]: "1" });
        const none = withAttestation(
            enclavePod({ resources: { limits: { [epc]: "32Mi" }, requests: { cpu: "1" } } }),
            "outOfProcess",
        );
        expect(none.containers[0]?.resources?.requests).toEqual({ cpu: "1" });
    });

    it.each([
        [{ operator: "Exists" }, 1],
        [{ key: "confidential-aks/sgx", operator: "Exists" }, 1],
        [{ key: "confidential-aks/sgx", value: "true", effect: "NoSchedule" }, 1],
        [{ key: "confidential-aks/sgx", operator: "Exists", effect: "NoExecute" }, 2],
        [{ key: "other", operator: "Exists" }, 2],
    ])("beside the toleration %j has %d", (given, count) => {
        const pod = enclavePod({}, { tolerations: [given] });
        expect(withAttestation(pod, "outOfProcess").tolerations).toHaveLength(count);
        expect(withAttestation(pod, "outOfProcess", { toleration: false }).tolerations).toEqual([given]);
    });
});

describe("in-process", () => {
    it("writes both devices and the toleration, and nothing of the socket", () => {
        expect(withAttestation(enclavePod(), "inProcess")).toEqual({
            containers: [
                {
                    name: "app",
                    image: "app:1",
                    resources: { limits: { [epc]: "32Mi", [enclave]: "1", [provision]: "1" } },
                },
            ],
            tolerations: [toleration],
        });
    });

    it("keeps another container that is first among the init containers", () => {
        const pod = enclavePod({}, { initContainers: [{ name: "migrate", image: "m:1" }] });
        const back = withAttestation(withAttestation(pod, "outOfProcess"), "inProcess");
        expect(back.initContainers).toEqual([{ name: "migrate", image: "m:1" }]);
    });

    it("switches a bare pod spec back, which the toleration reveals, but takes no device from a pod that was never set up", () => {
        const inProcess = withAttestation(enclavePod(), "inProcess");
        expect(withAttestation(inProcess, "outOfProcess")).toEqual(withAttestation(enclavePod(), "outOfProcess"));
        const foreign = enclavePod({ resources: { limits: { [epc]: "32Mi", [provision]: "1" } } });
        expect(() => withAttestation(foreign, "outOfProcess")).toThrow(
            /only the node's AESM may reach the provisioning device/,
        );
    });
});

describe("every kind of workload", () => {
    it.each(wrappingNames)("is written in the same way: %s", (name) => {
        const result = withAttestation(wrappings[name](enclavePod()), "outOfProcess");
        expect(podSpecIn(result)).toEqual(withAttestation(enclavePod(), "outOfProcess"));
    });

    it("is labelled where the pod has metadata, beside the labels it has, and never on the workload itself", () => {
        const deployment = withAttestation(wrappings.deployment(enclavePod()), "outOfProcess");
        expect(deployment.spec.template.metadata.labels).toEqual({
            app: "d",
            "confidential-aks/attestation": "out-of-process",
        });
        expect(deployment.metadata.labels).toEqual({ app: "d" });
        expect(deployment.spec.selector).toEqual({ matchLabels: { app: "d" } });
        expect(withAttestation(wrappings.jobArguments(enclavePod()), "inProcess")).toMatchObject({
            spec: { template: { metadata: { labels: { "confidential-aks/attestation": "in-process" } } } },
        });
        expect(withAttestation(enclavePod(), "outOfProcess")).not.toHaveProperty("metadata");
    });

    it("is found by its shape", () => {
        for (const name of wrappingNames)
            expect(findPodSpec(wrappings[name](enclavePod()))?.podSpec).toEqual(enclavePod());
        expect(findPodSpec(wrappings.cronJob(enclavePod()))?.path).toBe("spec.jobTemplate.spec.template.spec");
        for (const nothing of [{}, { spec: {} }, { spec: pulumi.output({ containers: [] }) }, []]) {
            expect(findPodSpec(nothing)).toBeUndefined();
            expect(() => withAttestation(nothing, "outOfProcess")).toThrow(/a pod spec/);
        }
    });
});

describe("outputs", () => {
    const late = pulumi.output("late");

    it("stay the very objects they were, wherever a scalar or a whole item is expected", () => {
        const pod = {
            containers: [
                {
                    name: "app",
                    image: late,
                    env: [{ name: "TOKEN", value: late }, late],
                    resources: { limits: { [epc]: late } },
                    args: late,
                },
                late,
            ],
            serviceAccountName: late,
        };
        const result = withAttestation(pod, "outOfProcess") as typeof pod & Pick<TestPodSpec, "initContainers">;
        const [app, other] = result.containers as [(typeof pod.containers)[0] & { env: unknown[] }, unknown];
        expect(other).toBe(late);
        expect(app).toMatchObject({ env: [{ name: "TOKEN" }, {}, env] });
        expect(
            [result.serviceAccountName, app.env[1], result.initContainers?.[0]?.image].every((value) => value === late),
        ).toBe(true);
        expect(withAttestation(enclavePod(), "outOfProcess", { waitImage: late }).initContainers?.[0]?.image).toBe(
            late,
        );
    });

    it.each([
        ["containers", { containers: pulumi.output([]) }],
        ["volumes", { ...enclavePod(), volumes: pulumi.output([]) }],
        ["containers[0].env", enclavePod({ env: pulumi.output([]) as never })],
        ["containers[0].volumeMounts", enclavePod({ volumeMounts: pulumi.output([]) as never })],
    ])("are refused where a list has to be extended: %s", (path, pod) => {
        expect(() => withAttestation(pod, "outOfProcess")).toThrow(`${path} = (a value that is known later)`);
    });

    it("are refused where resources have to be extended", () => {
        const pod = enclavePod({ resources: pulumi.output({}) as never });
        expect(() => withAttestation(pod, "outOfProcess", { containers: ["app"] })).toThrow(
            /containers\[0\]\.resources = \(a value that is known later\)/,
        );
    });
});
