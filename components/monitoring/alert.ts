import type { CheckCode } from "../sgx";

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

/** How a summary names the node, or the pod. */
export const node = "{{ $labels.node }}";
export const pod = "{{ $labels.namespace }}/{{ $labels.pod }}";
