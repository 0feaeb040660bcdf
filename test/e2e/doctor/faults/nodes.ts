import type { Rig } from "../rig";
import type { Fault } from "./fault";

const epc = "sgx.intel.com/epc";
const label = (name: string, value: string | null) => (rig: Rig) =>
    rig.patchNode({ metadata: { labels: { [name]: value } } });
const taint = (key: string, effect: string) => (rig: Rig) =>
    rig.patchNode({ spec: { taints: [{ key, value: "true", effect }] } });
const noTaints = (rig: Rig) => rig.patchNode({ spec: { taints: null } });
const amount = (bytes: string | null) => (rig: Rig) =>
    rig.patchNode({ status: { capacity: { [epc]: bytes }, allocatable: { [epc]: bytes } } }, "status");

const instanceType = "node.kubernetes.io/instance-type";

/** Faults of the node object. */
export const nodeFaults: readonly Fault[] = [
    {
        name: "the label that DaemonSets select is missing",
        code: "CA-N08",
        reason: "label-missing",
        make: label("confidential-aks/sgx", null),
        mend: label("confidential-aks/sgx", "true"),
        touches: ["node", "plugin", "helper", "workload", "slow"],
    },
    {
        name: "the VM size is spelled in another case",
        code: "CA-N08",
        reason: "size-spelling",
        make: label(instanceType, "Standard_Dc2s_v3"),
        mend: label(instanceType, "Standard_DC2s_v3"),
        touches: ["node"],
    },
    {
        name: "the node is cordoned",
        code: "CA-N08",
        reason: "cordoned",
        make: (rig) => rig.patchNode({ spec: { unschedulable: true } }),
        mend: (rig) => rig.patchNode({ spec: { unschedulable: null } }),
        touches: ["node"],
    },
    {
        name: "a taint keeps a workload's pods off",
        code: "CA-N09",
        reason: "workload-not-tolerating",
        make: taint("team", "NoSchedule"),
        mend: noTaints,
        touches: ["node"],
    },
    {
        name: "EPC is as large as the count of MiB",
        code: "CA-N12",
        reason: "epc-in-mib",
        make: amount("8192"),
        mend: amount("8589934592"),
        touches: ["node", "epc"],
    },
    {
        name: "EPC is a fraction of what the size has",
        code: "CA-N12",
        reason: "epc-too-small",
        make: amount("2147483648"),
        mend: amount("8589934592"),
        touches: ["node", "epc"],
    },
    {
        name: "EPC is more than the size has",
        code: "CA-N12",
        reason: "epc-too-large",
        make: amount("34359738368"),
        mend: amount("8589934592"),
        touches: ["node", "epc"],
    },
    {
        name: "no EPC is registered although the hook ended well",
        code: "CA-N10",
        reason: "epc-missing",
        make: amount(null),
        mend: amount("8589934592"),
        touches: ["node", "epc"],
    },
];
