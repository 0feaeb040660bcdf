import type { Alert } from "./alert";
import { collateralAlerts, proofAlerts, quotingAlerts } from "./quoting-alerts";
import { resourceAlerts } from "./resource-alerts";

/** What the alerts need to know of the cluster. */
export interface Watched {
    /** Namespace and DaemonSet of the quote helper. */
    quoteHelper: { namespace: string; name: string };
    /** Whether the nodes are proven. */
    hasProof: boolean;
    /** Whether something says until when collateral is good. */
    hasCollateral: boolean;
    /** Names of alerts that are left out. */
    disabled: readonly string[];
}

/** Every alert: about AESM, proofs, nodes and pods, collateral. */
export function alertsOf({ quoteHelper, hasProof, hasCollateral, disabled }: Watched): Alert[] {
    const all = [
        ...quotingAlerts(quoteHelper),
        ...(hasProof ? proofAlerts : []),
        ...resourceAlerts,
        ...(hasCollateral ? collateralAlerts : []),
    ];
    return all.filter(({ name }) => !disabled.includes(name));
}

/** The names of all alerts. */
export const alertNames: readonly string[] = alertsOf({
    quoteHelper: { namespace: "", name: "" },
    hasProof: true,
    hasCollateral: true,
    disabled: [],
}).map(({ name }) => name);
