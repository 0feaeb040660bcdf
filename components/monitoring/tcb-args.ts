import type * as pulumi from "@pulumi/pulumi";

/** A CronJob that judges TCB and collateral with `confidential-aks tcb`: a Job that fails says what it found. */
export interface TcbCheckArgs {
    /** Image of the command, built from `images/tcb`. A change takes effect with the next run. */
    image: pulumi.Input<string>;
    /**
     * FMSPCs whose collateral is checked, 12 hexadecimal digits each. At least one, or a certificate of
     * `pckCertificates`. Default none. A change takes effect with the next run.
     */
    fmspcs?: string[];
    /**
     * PCK certificates of nodes in PEM, whose status is judged: they say which host it is and what its TCB is, and are
     * no secret. Default none. A change takes effect with the next run.
     */
    pckCertificates?: string[];
    /** When it runs, in cron's five fields, in UTC. Default `23 5 * * *`. A change takes effect at once. */
    schedule?: string;
    /** Whether it fails for warnings as well, such as a set that comes. Default `true`. A change: with the next run. */
    failOnWarning?: boolean;
    /** Whether it shows Azure's own, older set beside Intel's. Default `false`. A change: with the next run. */
    azureBaseline?: boolean;
    /** Whether it is held: no run starts. Default `false`. A change takes effect at once. */
    suspend?: boolean;
}
