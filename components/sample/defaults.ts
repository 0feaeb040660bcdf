/** What the sample runs with unless its arguments say otherwise. */
export const sampleDefaults = {
    epc: "32Mi",
    deadlineSeconds: 900,
    tolerateSpot: false,
    networkPolicy: true,
} as const;
