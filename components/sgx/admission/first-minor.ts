/**
 * First minor versions of Kubernetes 1 in which the two kinds of admission policies are stable
 * (https://kubernetes.io/docs/reference/access-authn-authz).
 */
export const firstMinor = { validating: 30, mutating: 36 } as const;
