/** What the guard does with a pod that breaks a rule. */
export const GuardMode = {
    /** The pod is refused, with a sentence that says what to change. */
    enforce: "enforce",
    /** The pod is admitted; whoever creates it is shown the sentence as a warning, and the audit log gets it. */
    audit: "audit",
} as const;
export type GuardMode = (typeof GuardMode)[keyof typeof GuardMode];
