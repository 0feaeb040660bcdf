/** What the arguments of a platform are where they are left out, beside those of its parts. */
export const platformDefaults = { runSample: false } as const;
