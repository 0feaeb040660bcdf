import { notAllowed, type Problem } from "../problems";
import type { ConfidentialPlatformArgs } from "./args";
import type { PlatformCluster } from "./cluster-part";

const path = "kubernetesVersion";

/**
 * Problems of a part that has the cluster's version where it names none itself: `given` is what it names, `problems`
 * what its own check found. A bad version of the cluster is the cluster's problem.
 */
export function checkPartVersion(
    given: string | undefined,
    problems: readonly Problem[],
    cluster: PlatformCluster,
    { kubernetesVersion }: ConfidentialPlatformArgs,
): Problem[] {
    const isClusters = cluster.problems.some((problem) => problem.path === path);
    const own = problems.filter((problem) => !(isClusters && problem.path === path));
    if (given === undefined || kubernetesVersion === undefined || given === kubernetesVersion) return own;
    const why = `beside the cluster's kubernetesVersion, ${JSON.stringify(kubernetesVersion)}`;
    return [...own, notAllowed(path, given, why, "remove it here")];
}
