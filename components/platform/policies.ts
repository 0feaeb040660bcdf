import type { AttestationPoliciesArgs } from "../policies/args";
import { attestationPoliciesSpec } from "../policies/spec";
import { notAllowed, prefixed, when, type Problem } from "../problems";
import { sampleNamespace } from "../shared/namespaces";
import type { ConfidentialPlatformArgs } from "./args";
import { runsSample, usesDaemonSets } from "./choices";

/**
 * The arguments of the policies, with what the platform knows: the cluster's version, and where quoting infrastructure
 * runs.
 */
export function platformPolicies(args: ConfidentialPlatformArgs): AttestationPoliciesArgs | undefined {
    const { policies, kubernetesVersion, devicePlugin, quoteHelper } = args;
    if (policies === undefined) return undefined;
    const version = policies.kubernetesVersion ?? kubernetesVersion;
    const own = usesDaemonSets(args) ? [devicePlugin?.namespace, quoteHelper?.namespace] : [];
    const exempt = [...(policies.exemptNamespaces ?? []), ...own.filter((namespace) => namespace !== undefined)];
    return {
        ...policies,
        ...(version === undefined ? {} : { kubernetesVersion: version }),
        ...(exempt.length === 0 ? {} : { exemptNamespaces: exempt }),
    };
}

/** Problems of the policies in a platform. A bad version of the cluster is the cluster's problem. */
export function checkPlatformPolicies(args: ConfidentialPlatformArgs, clusterProblems: readonly Problem[]): Problem[] {
    const policies = platformPolicies(args);
    if (policies === undefined || args.policies === undefined) return [];
    const told = clusterProblems.some(({ path }) => path === "kubernetesVersion");
    const problems = attestationPoliciesSpec(policies).problems.filter(
        ({ path }) => !(told && path === "kubernetesVersion"),
    );
    return prefixed("policies", [...problems, ...checkTwoVersions(args), ...checkSampleNamespace(args)]);
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
    if (!runsSample(args) || !Array.isArray(args.policies?.namespaces)) return [];
    const namespace = args.sample?.namespace ?? sampleNamespace;
    const why =
        "for the sample's namespace: its negative control mounts an empty directory in the place of AESM's, which the guard refuses";
    const remedy = "remove it from the list, or name another one in sample.namespace";
    return args.policies.namespaces.flatMap((name, at) =>
        when(name === namespace, notAllowed(`namespaces[${at}]`, name, why, remedy)),
    );
}
