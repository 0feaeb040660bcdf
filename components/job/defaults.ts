import { AttestationMode } from "../sgx";

/** What a job runs with unless its arguments say otherwise. */
export const attestedJobDefaults = {
    mode: AttestationMode.outOfProcess,
    namespace: "default",
    backoffLimit: 3,
    deadlineSeconds: 900,
    /** Or half the deadline, where that is less. */
    waitDeadlineSeconds: 300,
    cpu: "100m",
    memory: "256Mi",
    runAsUser: 10_001,
    tolerateSpot: false,
} as const;
