import { notAllowed, prefixed, when, type Problem } from "../problems";
import { nodeProofNamespace, sampleNamespace } from "../shared/namespaces";
import type { ConfidentialPlatformArgs } from "./args";
import { checkPartVersion } from "./check-version";
import type { PlatformSpec } from "./parts";

/** Problems of the policies in a platform. */
export function checkPolicies(args: ConfidentialPlatformArgs, { cluster, policies, ...spec }: PlatformSpec): Problem[] {
    if (policies === undefined) return [];
    return prefixed("policies", [
        ...checkPartVersion(args.policies?.kubernetesVersion, policies.problems, cluster, args),
        ...(spec.runsSample ? checkControl(args, "sample", sampleNamespace) : []),
        ...(spec.provesNodes ? checkControl(args, "nodeProof", nodeProofNamespace) : []),
    ]);
}

/**
 * The sample, and the proof on a node, show first that nothing works without AESM, with an empty directory in the
 * socket's place: the guard refuses that.
 */
function checkControl(args: ConfidentialPlatformArgs, part: "sample" | "nodeProof", itsDefault: string): Problem[] {
    if (!Array.isArray(args.policies?.namespaces)) return [];
    const namespace = args[part]?.namespace ?? itsDefault;
    const why = `for the namespace of ${part}: its negative control mounts an empty directory in the place of AESM's, which the guard refuses`;
    const remedy = `remove it from the list, or name another one in ${part}.namespace`;
    return args.policies.namespaces.flatMap((name, at) =>
        when(name === namespace, notAllowed(`namespaces[${at}]`, name, why, remedy)),
    );
}
