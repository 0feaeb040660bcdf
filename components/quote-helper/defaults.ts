import { CollateralVersion, QuoteHelperRollout, QuotingLogLevel } from "./args";

/** What the quote helper runs with unless its arguments say otherwise. */
export const quoteHelperDefaults = {
    /** Intel's own manifest asks for 1Mi, SCONE's for 4. */
    epc: "2Mi",
    collateralVersion: CollateralVersion.v4,
    logLevel: QuotingLogLevel.error,
    socketProxy: true,
    metrics: true,
    rollout: QuoteHelperRollout.ready,
    networkPolicy: true,
} as const;
