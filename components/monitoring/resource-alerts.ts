import { sgxSeries, sgxVmSizes } from "../sgx";
import { node, pod, type Alert } from "./alert";
import * as is from "./expressions";

/** Half a year: as long as it takes to move to another size without haste. */
const ahead = 180 * 86_400;

/** Alerts about what nodes offer, and what pods ask for. */
export const resourceAlerts: readonly Alert[] = [
    {
        name: "SgxDevicePluginLost",
        expression: is.withoutDevices,
        minutes: 5,
        severity: 1,
        summary: `${node} offers no enclave device`,
        description: "The node has EPC, and no device plugin gives out its devices: no pod with enclaves can start.",
        check: "CA-P13",
    },
    {
        name: "SgxEpcNotRegistered",
        expression: is.withoutEpc,
        minutes: 15,
        severity: 1,
        summary: `${node} has registered no EPC`,
        description:
            "The node is of a size with SGX, and offers no EPC: the device plugin's hook did not run, or failed.",
        check: "CA-N10",
    },
    {
        name: "SgxPodsRefused",
        expression: is.refusedPods,
        minutes: 1,
        severity: 2,
        summary: `The kubelet refused ${pod}`,
        description:
            "The pod asks for SGX resources that were gone when it came to the node, mostly after a restart. Its owner " +
            "makes another one; the refused one stays until it is deleted.",
        check: "CA-P16",
    },
    {
        name: "SgxRequestNeverFits",
        expression: is.neverFits,
        minutes: 10,
        severity: 1,
        summary: `${pod} asks for more {{ $labels.resource }} than any node has`,
        description: "The pod stays pending until it asks for less, or a pool of a larger size is there.",
        check: "CA-W23",
    },
    {
        name: "SgxEpcExhausted",
        expression: is.waitingForOthers,
        minutes: 10,
        severity: 2,
        summary: `${pod} waits for {{ $labels.resource }} that other pods have`,
        description: "No node has as much free; an empty node would have.",
        check: "CA-W23",
    },
    {
        name: "SgxEpcAlmostFull",
        expression: `${is.epcShare} > 0.9`,
        minutes: 30,
        severity: 3,
        summary: `More than nine tenths of the EPC of ${node} are given out`,
        description: "Requests, not use. The proof on the node gives its part back when a pod needs it.",
        check: "CA-W23",
    },
    {
        name: "SgxSizeRetires",
        expression: is.nodesThatRetire(retirementsOfSizes(), ahead),
        minutes: 60,
        severity: 3,
        summary: `Azure ends the VM size of ${node} on {{ $labels.retires_on }}`,
        description: "Plan a pool of another size. The doctor and the plan name the announcement.",
        check: "CA-A01",
    },
];

/** The sizes of the catalogue by the day on which Azure ends them. */
export function retirementsOfSizes(): Map<string, string[]> {
    const days = new Map<string, string[]>();
    for (const { name, series } of sgxVmSizes) {
        const { retiresOn } = sgxSeries[series].lifecycle;
        days.set(retiresOn, [...(days.get(retiresOn) ?? []), name]);
    }
    return days;
}
