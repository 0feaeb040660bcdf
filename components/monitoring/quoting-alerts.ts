import { node, type Alert } from "./alert";
import * as is from "./expressions";

/** Alerts about AESM, for a quote helper by its namespace and DaemonSet. */
export function quotingAlerts({ namespace, name }: { namespace: string; name: string }): Alert[] {
    const helper = is.nodesWithHelper(`namespace="${namespace}",pod=~"${name}-.+"`);
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
            description:
                "Pods of this node get no quotes out-of-process, or nothing serves the metrics of its quote helper, so " +
                "that nobody knows.",
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
            description:
                "Every quote that they asked for in the last 15 minutes failed; AESM may still report that it is healthy.",
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
    ];
}

/** Alerts about the proof on every node. */
export const proofAlerts: readonly Alert[] = [
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
];

const day = 86_400;

/** Alerts about the collateral that quotes are judged by. */
export const collateralAlerts: readonly Alert[] = [
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
];

/** The alert about the CronJob that judges TCB and collateral. */
export function tcbAlert(namespace: string, cronJob: string): Alert {
    return {
        name: "SgxTcbCheckFailed",
        expression: is.failedJobs(`namespace="${namespace}",pod=~"${cronJob}-.+"`),
        minutes: 1,
        severity: 2,
        summary: "The TCB check {{ $labels.created_by_name }} found something, or could not run",
        description:
            "The termination message of its pod says what: a platform whose TCB is out of date, or will be, or collateral " +
            "that is. The alert ends with the Job, after 25 hours.",
        check: "CA-Q21",
    };
}
