import { RuleSubject, type GuardRule } from "../rule";

/**
 * Sees the annotation of older versions too, since the API server writes it into the field; not for Windows pods, which
 * `app-armor-annotation` sees.
 */
export const appArmor: GuardRule = {
    id: "app-armor",
    about: RuleSubject.security,
    holds: `(!has(s.appArmorProfile) || s.appArmorProfile.type != "Unconfined")`,
    says: `switches AppArmor off; use appArmorProfile "RuntimeDefault"`,
};
