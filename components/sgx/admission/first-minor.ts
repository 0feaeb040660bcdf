/**
 * First minor versions of Kubernetes 1 in which the two kinds of admission policies are stable
 * (https://kubernetes.io/docs/reference/access-authn-authz).
 */
export const firstMinor = { validating: 30, mutating: 36 } as const;

/** What it means for pods that the API server of that version cannot set them up. */
export function withoutInjection(version: string): string {
    return (
        `Kubernetes ${version} has no MutatingAdmissionPolicy (1.${firstMinor.mutating} has): labelled pods are not set up, ` +
        "the guard tells what they lack; withAttestation sets pods up on any version"
    );
}
