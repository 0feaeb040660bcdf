import { notAllowed, prefixed, when, type Problem } from "../problems";
import { sampleNamespace } from "../shared/namespaces";
import type { ConfidentialPlatformArgs } from "./args";
import type { PlatformSpec } from "./parts";

/** Problems of the policies in a platform. A bad version of the cluster is the cluster's problem. */
export function checkPolicies(args: ConfidentialPlatformArgs, { cluster, policies, ...spec }: PlatformSpec): Problem[] {
    if (policies === undefined) return [];
    const isClusters = cluster.problems.some(({ path }) => path === "kubernetesVersion");
    const problems = policies.problems.filter(({ path }) => !(isClusters && path === "kubernetesVersion"));
    return prefixed("policies", [
        ...problems,
        ...checkTwoVersions(args),
        ...(spec.runsSample ? checkSampleNamespace(args) : []),
    ]);
}

function checkTwoVersions({ policies, kubernetesVersion }: ConfidentialPlatformArgs): Problem[] {
    const value = policies?.kubernetesVersion;
    if (value === undefined || kubernetesVersion === undefined || value === kubernetesVersion) return [];
    const why = `beside the cluster's kubernetesVersion, ${JSON.stringify(kubernetesVersion)}`;
    return [notAllowed("kubernetesVersion", value, why, "remove it here")];
}

/**
 * The sample shows first that nothing works without AESM, with an empty directory in the socket's place: the guard
 * refuses that.
 */
function checkSampleNamespace(args: ConfidentialPlatformArgs): Problem[] {
    if (!Array.isArray(args.policies?.namespaces)) return [];
    const namespace = args.sample?.namespace ?? sampleNamespace;
    const why =
        "for the sample's namespace: its negative control mounts an empty directory in the place of AESM's, which the guard refuses";
    const remedy = "remove it from the list, or name another one in sample.namespace";
    return args.policies.namespaces.flatMap((name, at) =>
        when(name === namespace, notAllowed(`namespaces[${at}]`, name, why, remedy)),
    );
}
