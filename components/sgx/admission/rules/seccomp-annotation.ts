import { RuleSubject, type GuardRule } from "../rule";

/** Kubernetes has not read these annotations since 1.27. */
export const seccompAnnotation: GuardRule = {
    id: "seccomp-annotation",
    about: RuleSubject.annotation,
    holds:
        `(!(k == "seccomp.security.alpha.kubernetes.io/pod" || k.startsWith("container.seccomp.security.alpha.kubernetes.io/")) || ` +
        `annotations[k] in ["runtime/default", "docker/default"] || annotations[k].startsWith("localhost/"))`,
    says: `switches system call filtering off, for versions of Kubernetes that read it; remove it, and use seccompProfile "RuntimeDefault"`,
};
