/** What an identity has unless its arguments say otherwise. */
export const enclaveIdentityDefaults = {
    namespace: "default",
} as const;
