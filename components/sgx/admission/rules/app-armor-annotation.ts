import { RuleSubject, type GuardRule } from "../rule";

/** The API server writes the annotation into the field, which `app-armor` sees, in pods of any system but Windows. */
export const appArmorAnnotation: GuardRule = {
    id: "app-armor-annotation",
    about: RuleSubject.annotation,
    holds:
        `(!k.startsWith("container.apparmor.security.beta.kubernetes.io/") || annotations[k] in ["", "runtime/default"] || ` +
        `annotations[k].startsWith("localhost/"))`,
    says: `switches AppArmor off; use appArmorProfile "RuntimeDefault"`,
};
