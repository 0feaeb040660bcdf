import { notAllowed, prefixed, when, type Problem } from "../problems";
import { sampleNamespace } from "../shared/namespaces";
import type { ConfidentialPlatformArgs } from "./args";
import { checkPartVersion } from "./check-version";
import type { PlatformSpec } from "./parts";

/** Problems of the policies in a platform. */
export function checkPolicies(args: ConfidentialPlatformArgs, { cluster, policies, ...spec }: PlatformSpec): Problem[] {
    if (policies === undefined) return [];
    return prefixed("policies", [
        ...checkPartVersion(args.policies?.kubernetesVersion, policies.problems, cluster, args),
        ...(spec.runsSample ? checkSampleNamespace(args) : []),
    ]);
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
