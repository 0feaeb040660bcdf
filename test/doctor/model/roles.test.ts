import { expect, test } from "vitest";
import type { DaemonSet, Meta, PodSpec } from "../../../doctor/model/objects";
import { roleOf, roleOfDaemonSet } from "../../../doctor/model/roles";
import { helperSpec, pluginSpec } from "../support/cluster";

/** AESM that has no more of SGX than EPC, as nothing else is known of the add-on's. */
const epcOnly: PodSpec = {
    containers: [{ ...helperSpec.containers[1]!, resources: { limits: { "sgx.intel.com/epc": "1Mi" } } }],
    volumes: helperSpec.volumes ?? [],
};

const silent = { "pod-template-generation": "3" };
const of = (kind: string, name: string): Pick<Meta, "labels" | "ownerReferences"> => ({
    labels: silent,
    ownerReferences: [{ kind, name, uid: "u", controller: true }],
});

function daemonSet(name: string, spec: PodSpec): DaemonSet {
    const template = { metadata: { labels: silent }, spec };
    return { metadata: { name, namespace: "kube-system", uid: "u" }, spec: { template }, status: {} };
}

test("the add-on's quote helper is known by the name of its DaemonSet, whatever its labels say", () => {
    expect(roleOf(of("DaemonSet", "sgx-quote-helper"), epcOnly)).toBe("helper");
    expect(roleOfDaemonSet(daemonSet("sgx-quote-helper", epcOnly))).toBe("helper");
    expect(roleOf(of("DaemonSet", "web"), epcOnly)).toBe("workload");
    expect(roleOf(of("ReplicaSet", "sgx-quote-helper"), epcOnly)).toBe("workload");
});

test("the add-on's device plugin is known by the name of its DaemonSet too", () => {
    const bare: PodSpec = { containers: [{ name: "main", image: "example.org/plugin:1" }] };
    expect(roleOf(of("DaemonSet", "sgx-plugin"), bare)).toBe("plugin");
    expect(roleOfDaemonSet(daemonSet("sgx-plugin", bare))).toBe("plugin");
});

const kubelet = { name: "kubelet", hostPath: { path: "/var/lib/kubelet/device-plugins" } };
const generic = (image: string, device: string, command?: string): PodSpec => ({
    containers: [{ name: "plugin", image, ...(command === undefined ? {} : { command: [command] }) }],
    volumes: [kubelet, { name: "dev", hostPath: { path: device } }],
});

test.each([
    ["ghcr.io/squat/generic-device-plugin:latest", "/dev/"],
    ["example.org/smarter-device-manager:1.20", "/dev"],
    ["intel/intel-gpu-plugin:0.36.0", "/dev/dri"],
])("the device plugin %s of other devices with %s is none of SGX", (image, device) => {
    expect(roleOf(of("DaemonSet", "devices"), generic(image, device))).toBe("workload");
});

test.each([
    ["it has SGX's devices", generic("example.org/plugin:1", "/dev/sgx_enclave"), "devices"],
    ["its image says so", generic("example.org/my-sgx-plugin:1", "/dev"), "devices"],
    [
        "its command says so",
        generic("example.org/plugin:1", "/dev", "/usr/local/bin/intel_sgx_device_plugin"),
        "devices",
    ],
    ["its DaemonSet's name says so", generic("example.org/plugin:1", "/dev"), "my-sgx-devices"],
])("a device plugin is one of SGX where %s", (_, spec, name) => {
    expect(roleOf(of("DaemonSet", name), spec)).toBe("plugin");
    expect(roleOfDaemonSet(daemonSet(name, spec))).toBe("plugin");
});

test("this package's own pods have their roles by what they have of the node, too", () => {
    expect(roleOf({}, pluginSpec)).toBe("plugin");
    expect(
        roleOf(
            {},
            {
                ...helperSpec,
                containers: [
                    {
                        ...helperSpec.containers[0]!,
                        ...{ volumeMounts: [{ name: "aesm-socket", mountPath: "/var/run/aesmd" }] },
                    },
                ],
            },
        ),
    ).toBe("helper");
});
