import type { Case } from "./promtool.js";
import { node, pod, steady, wellNode } from "./series.js";

const epc = (value: number) => ({ sgx_intel_com_epc: value });
const waiting = { namespace: "apps", pod: "waits", resource: "sgx_intel_com_epc" };
const pending = (requests: Record<string, number>) => pod("apps", "waits", { phase: "Pending", requests });
const user = (name: string, on: string, value: number, phase = "Running") =>
    pod("apps", name, { node: on, phase, requests: epc(value) });
const full = { ...wellNode("a"), ...wellNode("b"), ...user("one", "a", 700), ...user("two", "b", 800) };

/** What nodes offer and pods ask for. */
export const resourceCases: Case[] = [
    {
        name: "a pod waits for EPC that others have",
        series: { ...full, ...pending(epc(400)) },
        at: { 9: {}, 11: { SgxEpcExhausted: [waiting] } },
    },
    {
        name: "a pod asks for exactly a whole node, and no node is empty",
        series: { ...full, ...pending(epc(1000)) },
        at: { 11: { SgxEpcExhausted: [waiting] } },
    },
    {
        name: "the only node with room is cordoned",
        series: { ...full, ...wellNode("c", { cordoned: true }), ...user("three", "c", 100), ...pending(epc(400)) },
        at: { 11: { SgxEpcExhausted: [waiting] } },
    },
    {
        name: "a node has room: the pod waits for something else",
        series: { ...full, ...wellNode("c"), ...pending(epc(400)) },
        at: { 40: {} },
    },
    {
        name: "pods that have ended have no EPC",
        series: {
            ...wellNode("a"),
            ...user("one", "a", 700, "Succeeded"),
            ...user("two", "a", 700, "Failed"),
            ...pending(epc(400)),
        },
        at: { 40: {} },
    },
    {
        name: "a pod asks for more than any node has",
        series: { ...wellNode("a"), ...wellNode("b"), ...pending(epc(1001)) },
        at: { 9: {}, 11: { SgxRequestNeverFits: [waiting] } },
    },
    {
        name: "the only node that is large enough is cordoned",
        series: { ...full, ...wellNode("c", { cordoned: true, epc: steady(5000) }), ...pending(epc(2000)) },
        at: { 11: { SgxRequestNeverFits: [waiting] } },
    },
    {
        name: "pods that were bound to no node, and have ended, wait for nothing",
        series: {
            ...full,
            ...pod("apps", "ended", { phase: "Failed", requests: epc(400) }),
            ...pod("apps", "large", { phase: "Failed", requests: epc(4000) }),
        },
        at: { 40: {} },
    },
    {
        name: "a pod that runs asks for more than any node has now",
        series: { ...wellNode("a"), ...pod("apps", "runs", { requests: epc(2000) }) },
        at: { 40: {} },
    },
    {
        name: "a pod waits for more devices than nodes have",
        series: { ...wellNode("a"), ...pending({ sgx_intel_com_enclave: 200 }) },
        at: { 11: { SgxRequestNeverFits: [{ ...waiting, resource: "sgx_intel_com_enclave" }] } },
    },
    {
        name: "a pod waits for processors: none of this is about them",
        series: { ...wellNode("a"), ...pending({ cpu: 500 }) },
        at: { 40: {} },
    },
    {
        name: "the pool is scaled to zero, and a pod waits for its first node",
        series: pending(epc(400)),
        at: { 60: {} },
    },
    {
        name: "the pool was scaled to zero",
        series: { ...node("a", { epc: "1000x9 stale", enclave: "110x9 stale", ready: "1x9 stale" }) },
        at: { 9: {}, 60: {} },
    },
    {
        name: "nine tenths of a node's EPC are given out",
        series: { ...wellNode("a"), ...user("one", "a", 900), ...wellNode("b"), ...user("two", "b", 901) },
        at: { 29: {}, 31: { SgxEpcAlmostFull: [{ node: "b" }] } },
    },
    {
        name: "a full node that is cordoned",
        series: { ...wellNode("a"), ...wellNode("b", { cordoned: true }), ...user("one", "b", 990) },
        at: { 60: {} },
    },
    {
        name: "pods that have ended fill no node",
        series: { ...wellNode("a"), ...user("one", "a", 950, "Succeeded") },
        at: { 60: {} },
    },
    {
        name: "a device plugin is lost: the node has EPC and no device",
        series: { ...wellNode("a", { enclave: "110x10 0x110" }), ...wellNode("b") },
        at: { 15: {}, 17: { SgxDevicePluginLost: [{ node: "a" }] } },
    },
    {
        name: "a node of an enclave pool has neither EPC nor devices: nothing says that a plugin is lost",
        series: { ...wellNode("a", { epc: steady(0), enclave: steady(0) }), ...wellNode("b") },
        at: { 60: {} },
    },
    {
        name: "the series of the devices is gone",
        series: { ...wellNode("a", { enclave: "110x10 stale" }), ...wellNode("b") },
        at: { 17: { SgxDevicePluginLost: [{ node: "a" }] } },
    },
    {
        name: "a device plugin is away for three minutes",
        series: wellNode("a", { enclave: "110x10 0x2 110x100" }),
        at: { 13: {}, 20: {} },
    },
    {
        name: "a node of an SGX size has no EPC",
        series: {
            ...wellNode("a", { epc: steady(0), size: "Standard_DC2s_v3" }),
            ...wellNode("b", { size: "Standard_DC8_v2", epc: steady(0) }),
            ...wellNode("c", { size: "Standard_DC4ds_v3" }),
            ...wellNode("d", { size: "Standard_D4s_v5", epc: steady(0) }),
        },
        at: {
            14: {},
            16: { SgxEpcNotRegistered: [{ node: "a" }, { node: "b" }] },
        },
    },
    {
        name: "the kubelet refused a pod with enclaves",
        series: {
            ...wellNode("a"),
            ...pod("apps", "refused", { node: "a", phase: "Failed", requests: epc(10), refused: "_x9 1x110" }),
        },
        at: { 9: {}, 12: { SgxPodsRefused: [{ namespace: "apps", pod: "refused", node: "a" }] } },
    },
    {
        name: "the kubelet refused no pod",
        series: {
            ...wellNode("a"),
            ...pod("apps", "runs", { node: "a", requests: epc(10), refused: steady(0) }),
        },
        at: { 40: {} },
    },
    {
        name: "the kubelet refused a pod without enclaves",
        series: {
            ...wellNode("a"),
            ...pod("apps", "refused", { node: "a", phase: "Failed", requests: { cpu: 1 }, refused: steady(1) }),
            ...pod("apps", "runs", { node: "a", requests: epc(10) }),
        },
        at: { 40: {} },
    },
];

const size = (name: string) => `kube_node_labels{node="${name}",label_node_kubernetes_io_instance_type="${name}"}`;
/** The first of the steps of four weeks that is not before a day, in weeks. */
const weekFrom = (date: string) => Math.ceil(Date.parse(date) / 86_400_000 / 28) * 4;
const retires = (name: string, day: string) => ({ node: name, retires_on: day });

/** VM sizes come to their end, by the announcements of docs and catalogue. */
export const retirementCases: Case[] = [
    {
        name: "sizes in use end half a year later",
        series: {
            [size("Standard_DC8_v2")]: "1x800",
            [size("Standard_DC2s_v3")]: "1x800",
            [size("Standard_DC48ds_v3")]: "1x800",
            [size("Standard_D4s_v5")]: "1x800",
        },
        at: {
            [weekFrom("2025-12-01")]: {},
            [weekFrom("2026-01-02") + 4]: { SgxSizeRetires: [retires("Standard_DC8_v2", "2026-06-30")] },
            [weekFrom("2029-04-01")]: { SgxSizeRetires: [retires("Standard_DC8_v2", "2026-06-30")] },
            [weekFrom("2029-05-05") + 4]: {
                SgxSizeRetires: [
                    retires("Standard_DC8_v2", "2026-06-30"),
                    retires("Standard_DC2s_v3", "2029-10-31"),
                    retires("Standard_DC48ds_v3", "2029-10-31"),
                ],
            },
        },
        every: "4w",
    },
];
