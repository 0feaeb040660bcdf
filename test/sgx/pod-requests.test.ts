import { describe, expect, it } from "vitest";
import { aksNode, findVmSize, fitPods, leftOf, podRequests } from "../../components/sgx/index.js";
import { parseQuantity } from "../../components/sgx/quantity.js";

const MiB = 1024 ** 2;
const epc = (amount: string) => ({ resources: { limits: { "sgx.intel.com/epc": amount } } });
const sidecar = (amount: string) => ({ ...epc(amount), restartPolicy: "Always" });

describe("quantities", () => {
    it.each([
        ["100m", 1000, 100],
        ["1.1", 1000, 1100],
        [".5", 1, undefined],
        ["0.5", 1000, 500],
        ["1.5Gi", 1, 1.5 * 1024 ** 3],
        ["1.1k", 1, 1100],
        ["64e6", 1, 64e6],
        ["1E", 1, 1e18],
        ["100m", 1, 1],
        [2, 1000, 2000],
        ["-1", 1, undefined],
        ["1 Mi", 1, undefined],
        ["", 1, undefined],
        [undefined, 1, undefined],
    ])("%s in units of 1/%i: %s", (value, perUnit, expected) => {
        expect(parseQuantity(value, perUnit)).toBe(expected);
    });
});

describe("what a pod takes of a node", () => {
    it.each([
        ["containers together", { containers: [epc("32Mi"), epc("16Mi")] }, 48],
        [
            "an init container that needs more",
            { initContainers: [epc("64Mi"), epc("8Mi")], containers: [epc("32Mi")] },
            64,
        ],
        [
            "a native sidecar beside the containers",
            { initContainers: [sidecar("32Mi")], containers: [epc("32Mi")] },
            64,
        ],
        [
            "an init container with the sidecars before it",
            { initContainers: [sidecar("16Mi"), epc("64Mi"), sidecar("8Mi")], containers: [epc("32Mi")] },
            80,
        ],
        [
            "an init container without the sidecars after it",
            { initContainers: [epc("64Mi"), sidecar("16Mi")], containers: [epc("32Mi")] },
            64,
        ],
        ["overhead", { overhead: { "sgx.intel.com/epc": "4Mi" }, containers: [epc("32Mi")] }, 36],
        [
            "not the pod's own resources, which are CPU and memory only",
            { resources: { limits: { "sgx.intel.com/epc": "99Mi", cpu: "1" } }, containers: [epc("32Mi")] },
            32,
        ],
        [
            "the old name, a count of MiB",
            { containers: [{ resources: { limits: { "kubernetes.azure.com/sgx_epc_mem_in_MiB": 10 } } }] },
            10,
        ],
        ["none", { containers: [{}] }, 0],
    ])("%s", (_, spec, mib) => {
        expect(podRequests(spec).epc).toBe(mib * MiB);
    });

    it("counts every resource: requests, else limits; the pod's own CPU and memory before its containers'", () => {
        const app = {
            resources: {
                requests: { cpu: "100m" },
                limits: { cpu: "1", memory: "64Mi", "sgx.intel.com/enclave": "1", "sgx.intel.com/provision": 1 },
            },
        };
        expect(podRequests({ containers: [app, app] })).toEqual({
            epc: 0,
            pods: 1,
            cpu: 200,
            memory: 128 * MiB,
            enclave: 2,
            provision: 2,
        });
        expect(podRequests({ resources: { requests: { cpu: "2" } }, containers: [app] })).toMatchObject({
            cpu: 2000,
            memory: 64 * MiB,
        });
        // A limit of the pod is a request only where no container asks.
        expect(podRequests({ resources: { limits: { cpu: "2", memory: "1Gi" } }, containers: [{}] })).toMatchObject({
            cpu: 2000,
            memory: 1024 * MiB,
        });
        expect(podRequests({ resources: { limits: { cpu: "2" } }, containers: [app] })).toMatchObject({ cpu: 100 });
    });

    it("leaves out what depends on a value that is not known", () => {
        const late = Promise.resolve("32Mi");
        expect(podRequests({ containers: [{ resources: { limits: { cpu: late, memory: "1Mi" } } }] })).toEqual({
            pods: 1,
            epc: 0,
            enclave: 0,
            provision: 0,
            memory: MiB,
        });
        expect(podRequests({ containers: late })).toEqual({ pods: 1 });
        expect(podRequests({ containers: [{ resources: late }] })).toEqual({ pods: 1 });
    });
});

describe("what a node of AKS offers", () => {
    // https://learn.microsoft.com/azure/aks/node-resource-reservations: table of CPU, and the two examples of memory.
    it.each([
        [2, 100],
        [4, 140],
        [8, 180],
        [16, 260],
        [32, 420],
    ])("%i vCPUs less %i thousandths", (vCpu, reserved) => {
        const size = findVmSize(`Standard_DC${vCpu}s_v3`)!;
        expect(aksNode(size, 30).cpu).toBe(vCpu * 1000 - reserved);
    });

    it("memory less 20 MiB for each pod and 50, a quarter at most, and the threshold of eviction", () => {
        expect(aksNode(findVmSize("Standard_DC2s_v2")!, 30).memory).toBe((8 * 1024 - 650 - 100) * MiB);
        expect(aksNode(findVmSize("Standard_DC1s_v2")!, 70).memory).toBe((4 * 1024 - 1024 - 100) * MiB);
    });

    it("leaves pods out where their number is not known", () => {
        expect(aksNode(findVmSize("Standard_DC2s_v2")!, undefined)).not.toHaveProperty("pods");
    });
});

describe("how many fit", () => {
    it("is what the scarcest resource takes, named", () => {
        const free = { epc: 100, cpu: 1000, pods: 30, enclave: 4 };
        expect(fitPods(free, { epc: 10, cpu: 300, pods: 1, enclave: 1, provision: 0, memory: 5 })).toEqual({
            count: 3,
            limitedBy: "cpu",
            each: { epc: 10, enclave: 4, pods: 30, cpu: 3 },
        });
        expect(fitPods(free, { pods: 1 })).toBeUndefined();
    });

    it("is never less than none", () => {
        expect(fitPods(leftOf({ epc: 10 }, [{ epc: 20 }]), { epc: 1 })).toMatchObject({ count: 0, limitedBy: "epc" });
    });
});
