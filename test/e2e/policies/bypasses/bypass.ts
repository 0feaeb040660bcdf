import type { Pod } from "../pods";

/** A pod that must be refused, and why. */
export interface Bypass {
    title: string;
    /** Id of the guard's rule that must refuse it, or words of the API server where Kubernetes itself does. */
    refusedBy: string | RegExp;
    pod: Pod;
}

/** Rows of one reason. */
export function by(refusedBy: string | RegExp, pods: Record<string, Pod>): Bypass[] {
    return Object.entries(pods).map(([title, pod]) => ({ title, refusedBy, pod }));
}
