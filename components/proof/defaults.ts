/** What the proof on every node runs with unless its arguments say otherwise. */
export const nodeProofDefaults = {
    everyHours: 6,
    epc: "32Mi",
    deadlineSeconds: 900,
    networkPolicy: true,
} as const;
