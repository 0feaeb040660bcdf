/*
 * Bad configurations, each with the one problem that the report must have. `change` is laid over a good configuration:
 * a key set to undefined is removed; `enclavePool` and `job` change the first pool and add one job.
 */
export interface BadConfig {
    title: string;
    change?: Record<string, unknown>;
    enclavePool?: Record<string, unknown>;
    job?: Record<string, unknown>;
    /** Path of the problem, exactly. */
    path: string;
    /** Words the report must contain. */
    says: RegExp;
}

export const systemPool = (title: string, pool: Record<string, unknown>, path: string, says: RegExp): BadConfig => ({
    title,
    change: { systemPool: pool },
    path: `systemPool.${path}`,
    says,
});
export const pool = (title: string, enclavePool: Record<string, unknown>, path: string, says: RegExp): BadConfig => ({
    title,
    enclavePool,
    path: `enclavePools[0].${path}`,
    says,
});
export const job = (title: string, fields: Record<string, unknown>, path: string, says: RegExp): BadConfig => ({
    title,
    job: fields,
    path: `jobs[0].${path}`,
    says,
});
export const network = (title: string, fields: Record<string, unknown>, path: string, says: RegExp): BadConfig => ({
    title,
    change: { network: fields },
    path: `network.${path}`,
    says,
});
export const whole = (title: string, change: Record<string, unknown>, path: string, says: RegExp): BadConfig => ({
    title,
    change,
    path,
    says,
});
