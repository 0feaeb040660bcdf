import { describe, expect, it } from "vitest";
import { ONLY_AESM_PROVISIONS, provisioningWays } from "../../../components/sgx/attestation/provisioning.js";
import { withAttestation, type AttestationMode } from "../../../components/sgx/index.js";
import { attempt, enclavePod, epc, type TestContainer, type TestPodSpec } from "./workloads.js";

const out = "outOfProcess";
const hostVolume = (path: string) => ({ name: "host", hostPath: { path } });
const mount = { name: "host", mountPath: "/host", readOnly: true };
const other = (part: Partial<TestContainer>): TestContainer => ({ name: "other", image: "other:1", ...part });

/** A pod whose second container, or init container, is the given one; the first one attests. */
const places: Record<string, (part: Partial<TestContainer>) => TestPodSpec> = {
    "containers[0]": (part) => enclavePod(part),
    "containers[1]": (part) => ({ containers: [...enclavePod().containers, other(part)] }),
    "initContainers[0]": (part) => enclavePod({}, { initContainers: [other(part)] }),
};

describe.each(Object.keys(places))("out-of-process, %s has no way to the provisioning device", (path) => {
    it.each<[string, Partial<TestContainer>, string, string]>([
        ["as privileged", { securityContext: { privileged: true } }, "privileged", provisioningWays.privileged],
        ...["SYS_ADMIN", "CAP_SYS_ADMIN", "sys_ptrace", "ALL", "SYS_RAWIO", "SYS_MODULE", "BPF", "DAC_READ_SEARCH"].map(
            (name): [string, Partial<TestContainer>, string, string] => [
                `by the capability ${name}`,
                { securityContext: { capabilities: { add: ["CHOWN", name] } } },
                "capabilities.add[1]",
                provisioningWays.capability,
            ],
        ),
    ])("%s", (_, part, field, words) => {
        const { problems } = attempt(places[path]!(part), out);
        expect(problems).toMatchObject([{ path: `${path}.securityContext.${field}` }]);
        expect(problems[0]?.expected).toContain(ONLY_AESM_PROVISIONS);
        expect(problems[0]?.expected).toContain(words);
        expect(attempt(places[path]!(part), "inProcess").problems).toEqual([]);
    });

    it.each(["provision", "qe", "registration"])("by the resource %s", (resource) => {
        const limits = { [epc]: "8Mi", "sgx.intel.com/enclave": "1", [`sgx.intel.com/${resource}`]: "1" };
        const { problems } = attempt(places[path]!({ resources: { limits } }), out);
        expect(problems).toMatchObject([{ path: `${path}.resources.limits["sgx.intel.com/${resource}"]`, value: "1" }]);
        expect(problems[0]?.expected).toContain(ONLY_AESM_PROVISIONS);
    });

    it("and keeps the capabilities that do not lift its isolation", () => {
        const add = ["NET_ADMIN", "NET_RAW", "IPC_LOCK", "SYS_NICE", "CHOWN", "MKNOD"];
        expect(attempt(places[path]!({ securityContext: { capabilities: { add } } }), out).problems).toEqual([]);
    });

    it.each<[string, string]>([
        ["/dev/sgx_provision", "/dev/sgx_provision"],
        ["/dev/sgx/provision", "/dev/sgx/provision"],
        ["/dev/sgx", "/dev/sgx/provision"],
        ["/dev", "/dev/sgx_provision"],
        ["//dev/./x/..", "/dev/sgx_provision"],
        ["/", "/dev/sgx_provision"],
        ["/run", "/run/containerd/containerd.sock"],
        ["/var/run/containerd", "/run/containerd/containerd.sock"],
        ["/var/lib/kubelet/device-plugins", "/var/lib/kubelet/device-plugins/kubelet.sock"],
        ["/var/lib", "/var/lib/kubelet/device-plugins/kubelet.sock"],
    ])("by the node's %s, read-only or not mounted", (hostPath, reached) => {
        for (const volumeMounts of [[mount], undefined]) {
            const pod = {
                ...places[path]!(volumeMounts === undefined ? {} : { volumeMounts }),
                volumes: [hostVolume(hostPath)],
            };
            const { problems } = attempt(pod, out);
            expect(problems).toMatchObject([{ path: "volumes[0].hostPath.path", value: hostPath }]);
            expect(problems[0]?.expected).toContain(
                `${ONLY_AESM_PROVISIONS}, and this volume ${provisioningWays.hostPath}`,
            );
            expect(problems[0]?.expected).toContain(reached);
        }
        expect(
            attempt({ ...places[path]!({ volumeMounts: [mount] }), volumes: [hostVolume(hostPath)] }, "inProcess")
                .problems,
        ).toEqual([]);
    });

    it("and keeps the node's directories that have no device in them", () => {
        for (const hostPath of [
            "/dev/sgx_enclave",
            "/dev/shm",
            "/dev/hugepages",
            "/var/log",
            "/data",
            "/device",
            "/run/app",
        ]) {
            const pod = { ...places[path]!({ volumeMounts: [mount] }), volumes: [hostVolume(hostPath)] };
            expect(attempt(pod, out).problems, hostPath).toEqual([]);
        }
        const part = { ...mount, subPath: "log" };
        const pod = { ...places[path]!({ volumeMounts: [part] }), volumes: [hostVolume("/var")] };
        expect(attempt(pod, out).problems).toEqual([]);
        const back = { ...part, subPath: "lib/kubelet" };
        expect(attempt({ ...pod, ...places[path]!({ volumeMounts: [part, back] }) }, out).problems).toHaveLength(1);
    });
});

describe("a pod out-of-process", () => {
    it("is not in the node's process namespace, and may be in its network's", () => {
        const pod = { ...enclavePod(), hostPID: true, hostNetwork: true, hostIPC: true };
        expect(attempt(pod, out).problems).toMatchObject([{ path: "hostPID", value: true }]);
        expect(attempt(pod, "inProcess").problems).toEqual([]);
    });

    it.each([
        "cdi.k8s.io/x",
        "devices.nri.io/container.app",
        "io.kubernetes.cri-o.Devices",
        "devices.crio.io",
        "mounts.nri.io",
    ])("does not ask the runtime for devices, by the annotation %s", (name) => {
        const template = { metadata: { annotations: { [name]: "x", "example.com/x": "y" } }, spec: enclavePod() };
        const { problems } = attempt({ spec: { template } }, out);
        expect(problems).toMatchObject([{ path: `spec.template.metadata.annotations["${name}"]`, value: "x" }]);
        expect(problems[0]?.expected).toContain(
            `${ONLY_AESM_PROVISIONS}, and this annotation ${provisioningWays.annotation}`,
        );
        expect(attempt({ spec: { template } }, "inProcess").problems).toEqual([]);
    });
});

describe("a pod has one author", () => {
    const withMetadata = (metadata: object) => ({ kind: "Pod", metadata, spec: enclavePod() });

    it.each<[AttestationMode, string, string]>([
        ["outOfProcess", "aesmd", "mounts AESM's directory and sets SGX_AESM_ADDR"],
        ["inProcess", "aesmd", "mounts AESM's directory and sets SGX_AESM_ADDR"],
        ["outOfProcess", "app", "asks for sgx.intel.com/provision"],
        ["inProcess", "app", "asks for sgx.intel.com/provision"],
    ])("%s: not Intel's webhook, by sgx.intel.com/quote-provider: %s", (mode, value, does) => {
        const { problems } = attempt(withMetadata({ annotations: { "sgx.intel.com/quote-provider": value } }), mode);
        expect(problems).toMatchObject([{ path: 'metadata.annotations["sgx.intel.com/quote-provider"]', value }]);
        expect(problems[0]?.expected).toContain(does);
        expect(problems[0]?.remedy).toContain("remove the annotation");
    });

    it("not MarbleRun's webhook, which asks for the provisioning device unless a label forbids it", () => {
        const labels = { "marblerun/marbletype": "backend" };
        expect(attempt(withMetadata({ labels }), out).problems).toMatchObject([
            { path: 'metadata.labels["marblerun/marbletype"]', value: "backend" },
        ]);
        expect(attempt(withMetadata({ labels }), "inProcess").problems).toEqual([]);
        const told = { ...labels, "marblerun/resource-injection": "disabled" };
        expect(attempt(withMetadata({ labels: told }), out).problems).toEqual([]);
    });

    it("and an annotation of the workload itself is none of the pod", () => {
        const annotations = { "sgx.intel.com/quote-provider": "aesmd", "cdi.k8s.io/x": "y" };
        const deployment = { metadata: { annotations }, spec: { template: { spec: enclavePod() } } };
        expect(withAttestation(deployment, out).metadata).toEqual({ annotations });
    });
});
