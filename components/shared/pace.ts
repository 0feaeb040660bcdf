/**
 * How often the components look again while they wait for Azure or for Kubernetes, and when they give up: in seconds,
 * the only timing constants of this package. The engine repeats an operation 100 times at most, so no limit is more
 * than 100 times its interval.
 */
export const pace = {
    /** Milliseconds in a second. The end-to-end tests have shorter ones. */
    second: 1000,
    /** A role assignment that does not work yet: Azure takes up to 60 minutes to spread it. */
    role: { every: 40, limit: 3600 },
    /** AKS refuses an operation while it does one of its own. */
    busy: { every: 20, limit: 1800 },
    /** After its creation, a cluster counts as settled when it says so `times` in a row. */
    settled: { every: 10, times: 3, limit: 900 },
    /** CRDs that an add-on of AKS installs after the cluster is made. */
    crds: { every: 20, limit: 900 },
    /**
     * Pods that leave the nodes of a pool; how long they may take is an argument of the pool. A request of the drain
     * fails when it has no answer in time, and the drain when there was none for longer.
     */
    drain: { every: 5, answer: 30, unreachable: 180 },
};

/** Waits for some of the seconds above. */
export function sleep(seconds: number): Promise<void> {
    return new Promise((done) => setTimeout(done, seconds * pace.second));
}

/** A duration for a message: "40 s", "12 min". */
export function inWords(seconds: number): string {
    return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
