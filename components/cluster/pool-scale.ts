import type { ScaleSpec } from "./spec-pools";

/**
 * The number of nodes in the body of a pool. AKS asks for a count also where the autoscaler decides, at least when it
 * is switched on for a pool that exists (https://github.com/pulumi/pulumi-azure-native/issues/2943).
 */
export function scaleBody({ autoscaled, minCount, maxCount }: ScaleSpec) {
    return autoscaled ? { count: minCount, enableAutoScaling: true, minCount, maxCount } : { count: minCount };
}

/** On an autoscaled pool, the count is the autoscaler's: what a refresh finds is no change to undo. */
export function ignoredOfPool({ autoscaled }: ScaleSpec): string[] {
    return autoscaled ? ["count"] : [];
}
