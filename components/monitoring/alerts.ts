import type { CheckCode } from "../sgx";
import * as is from "./expressions";

/** How soon somebody has to look, as Azure numbers it: 0 critical, 1 error, 2 warning, 3 informational. */
export type Severity = 0 | 1 | 2 | 3;

/** An alert, before it becomes a rule of Prometheus or of Azure. */
export interface Alert {
    name: string;
    expression: string;
    /** Minutes for which the expression has to hold. */
    minutes: number;
    severity: Severity;
    /** One line with the place: labels of the expression in `{{ $labels.node }}`. */
    summary: string;
    /** What it means, and what it does not. */
    description: string;
    /** The check of `confidential-aks doctor` that says more. */
    check: CheckCode;
}

/** What the alerts need to know of the cluster. */
export interface Watched {
    /** Namespace and DaemonSet of the quote helper. */
    quoteHelper: { namespace: string; name: string };
    /** Whether series have the label of the VM size. */
    hasSizeLabels: boolean;
    /** Sizes of the pools with the day on which Azure ends them. */
    retiring: readonly { vmSize: string; retiresOn: string }[];
}

const node = "{{ $labels.node }}";
const pod = "{{ $labels.namespace }}/{{ $labels.pod }}";
const day = 86_400;

/** Every alert, the most urgent first. */
export function alertsOf({ quoteHelper, hasSizeLabels, retiring }: Watched): Alert[] {
    const helper = is.nodesWithReadyPod(`namespace="${quoteHelper.namespace}",pod=~"${quoteHelper.name}-.+"`);
    return [
        {
            name: "SgxQuotingDownEverywhere",
            expression: is.cannotQuoteAnywhere,
            minutes: 5,
            severity: 0,
            summary: "No node can quote",
            description:
                "AESM can quote on no node of the cluster: look for a common cause, such as the collateral service, " +
                "the network, or an update of the quote helper.",
            check: "CA-Q18",
        },
        {
            name: "SgxNodeWithoutReadyQuoteHelper",
            expression: `${is.enclaveNodes} and on (cluster, node) ${is.readyNodes} unless on (cluster, node) ${helper}`,
            minutes: 10,
            severity: 1,
            summary: `${node} has no quote helper that is ready`,
            description: "Pods of this node get no quotes out-of-process.",
            check: "CA-Q17",
        },
        {
            name: "SgxAesmCannotQuote",
            expression: is.cannotQuote,
            minutes: 5,
            severity: 1,
            summary: `AESM on ${node} cannot quote`,
            description: "For 15 minutes AESM has given no healthy answer. sgx_aesm_error_code says what it answered.",
            check: "CA-Q18",
        },
        {
            name: "SgxAesmBusy",
            expression: is.busyNodes,
            minutes: 5,
            severity: 1,
            summary: `AESM on ${node} is busy, or stuck in a quote`,
            description:
                "AESM is alive and has finished nothing for 15 minutes. Mostly a collateral service does not answer; it " +
                "is restarted after half an hour in one quote.",
            check: "CA-Q18",
        },
        {
            name: "SgxQuotesFail",
            expression: is.failingQuotes,
            minutes: 5,
            severity: 1,
            summary: `Pods of ${node} ask for quotes and get none`,
            description: "AESM says that it can quote, and every quote of the last 15 minutes failed.",
            check: "CA-Q19",
        },
        {
            name: "SgxAesmNotAsked",
            expression: is.notAsked,
            minutes: 5,
            severity: 2,
            summary: `Nobody asks AESM on ${node} any more`,
            description: "The metrics of the quote helper are old: its probes do not run, or cannot write.",
            check: "CA-Q17",
        },
        {
            name: "SgxAesmSlow",
            expression: is.slowNodes,
            minutes: 10,
            severity: 2,
            summary: `AESM on ${node} takes seconds to answer`,
            description: "Answers have taken more than 3 s on average. Intel's client gives up after 15 s.",
            check: "CA-Q18",
        },
        {
            name: "SgxProofStale",
            expression: is.staleProof,
            minutes: 10,
            severity: 1,
            summary: `The last proof on ${node} is too old`,
            description: "No quote was proven to be made out-of-process for two intervals.",
            check: "CA-E25",
        },
        {
            name: "SgxProofMissing",
            expression: is.missingProof,
            minutes: 30,
            severity: 2,
            summary: `${node} has no proof`,
            description:
                "No proof has succeeded on this node since it started. Where its EPC is given out, the proof waits, and " +
                "its pod is pending.",
            check: "CA-E25",
        },
        {
            name: "SgxDevicePluginLost",
            expression: is.withoutDevices,
            minutes: 5,
            severity: 1,
            summary: `${node} offers no enclave device`,
            description:
                "The node has EPC, and no device plugin gives out its devices: no pod with enclaves can start.",
            check: "CA-P13",
        },
        ...(hasSizeLabels ? [epcNotRegistered] : []),
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
            name: "SgxCollateralExpired",
            expression: is.expired,
            minutes: 5,
            severity: 1,
            summary: "{{ $labels.item }} of {{ $labels.fmspc }} is too old",
            description: "A verifier that checks dates refuses quotes that it judges by this collateral.",
            check: "CA-Q19",
        },
        {
            name: "SgxCollateralExpiresSoon",
            expression: is.expiresWithin(7 * day),
            minutes: 15,
            severity: 2,
            summary: "{{ $labels.item }} of {{ $labels.fmspc }} is too old in less than 7 days",
            description: "Intel issues collateral anew long before: a cache on the way serves old one.",
            check: "CA-Q19",
        },
        ...(hasSizeLabels ? retirementAlerts(retiring) : []),
    ];
}

const epcNotRegistered: Alert = {
    name: "SgxEpcNotRegistered",
    expression: is.withoutEpc,
    minutes: 15,
    severity: 1,
    summary: `${node} has registered no EPC`,
    description: "The node is of a size with SGX, and offers no EPC: the device plugin's hook did not run, or failed.",
    check: "CA-N10",
};

/** One alert for each day on which sizes in use end, half a year ahead. */
function retirementAlerts(retiring: Watched["retiring"]): Alert[] {
    const days = [...new Set(retiring.map(({ retiresOn }) => retiresOn))].sort();
    return days.map((retiresOn) => {
        const sizes = retiring.filter((each) => each.retiresOn === retiresOn).map(({ vmSize }) => vmSize);
        const from = Date.parse(retiresOn) / 1000 - 180 * day;
        const nodes = `kube_node_labels{label_node_kubernetes_io_instance_type=~"${sizes.join("|")}"}`;
        return {
            name: `SgxSizeRetires${retiresOn.replaceAll("-", "")}`,
            expression: `max by (cluster, node) (${nodes}) and on () (vector(time()) > ${from})`,
            minutes: 60,
            severity: 3,
            summary: `The VM size of ${node} ends on ${retiresOn}`,
            description: `Azure retires ${sizes.join(", ")} on that day: plan a pool of another size.`,
            check: "CA-A01",
        };
    });
}
