import type { Alert } from "./alert";
import { collateralAlerts, proofAlerts, quotingAlerts, tcbAlert } from "./quoting-alerts";
import { resourceAlerts } from "./resource-alerts";

/** What the alerts need to know of the cluster. */
export interface Watched {
    /** Namespace and DaemonSet of the quote helper. */
    quoteHelper: { namespace: string; name: string };
    /** Whether the nodes are proven. */
    hasProof: boolean;
    /** CronJob of the TCB check, beside the quote helper; undefined where there is none. */
    tcbCheck: string | undefined;
    /** Names of alerts that are left out. */
    disabled: readonly string[];
}

/** Every alert: about AESM, proofs, nodes and pods, collateral. */
export function alertsOf({ quoteHelper, hasProof, tcbCheck, disabled }: Watched): Alert[] {
    const all = [
        ...quotingAlerts(quoteHelper),
        ...(hasProof ? proofAlerts : []),
        ...resourceAlerts,
        ...collateralAlerts,
        ...(tcbCheck === undefined ? [] : [tcbAlert(quoteHelper.namespace, tcbCheck)]),
    ];
    return all.filter(({ name }) => !disabled.includes(name));
}

/** The names of all alerts. */
export const alertNames: readonly string[] = alertsOf({
    quoteHelper: { namespace: "", name: "" },
    hasProof: true,
    tcbCheck: "",
    disabled: [],
}).map(({ name }) => name);
