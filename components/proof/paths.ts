/** Where the ConfigMap is mounted. */
export const scriptsFolder = "/etc/confidential-aks";
export const proofFile = `${scriptsFolder}/proof.pl`;
export const metricsServerFile = `${scriptsFolder}/metrics.pl`;

/** Where the proof writes what Prometheus reads; in memory, so that a node that has restarted is proven anew. */
export const metricsFolder = "/var/run/sgx-metrics";
export const resultFile = `${metricsFolder}/proof.prom`;
