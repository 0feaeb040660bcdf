import type { PoolProfile } from "./outdated-pools";
import type { ScaleSpec } from "./spec-pools";

/**
 * The number of nodes in the body of a pool. AKS asks for a count also where the autoscaler decides, at least when it
 * is switched on for a pool that exists (https://github.com/pulumi/pulumi-azure-native/issues/2943).
 */
export function scaleBody({ autoscaled, minCount, maxCount }: ScaleSpec) {
    const bounds = autoscaled ? { minCount, maxCount } : {};
    // Said in both cases: AKS keeps what a body leaves out.
    return { count: minCount, enableAutoScaling: autoscaled, ...bounds };
}

/**
 * Why AKS would refuse to switch the autoscaler on, as a sentence with the way out: the number of nodes in the state is
 * sent then. Undefined: it would not.
 */
export function refusedAutoscaler(before: PoolProfile, after: PoolProfile): string | undefined {
    const { count, minCount, maxCount, enableAutoScaling } = after;
    if (enableAutoScaling !== true || before.enableAutoScaling === true) return undefined;
    if (Number(count) >= Number(minCount) && Number(count) <= Number(maxCount)) return undefined;
    return (
        `the pool has ${String(count)} nodes, and AKS switches the autoscaler on only where the number of nodes is ` +
        `within its bounds, here ${String(minCount)} to ${String(maxCount)}. Set count to a number in between ` +
        'and run "pulumi up", then replace count by the bounds and run it again.'
    );
}
