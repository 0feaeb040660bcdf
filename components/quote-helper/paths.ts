/** Where the ConfigMap is mounted as a whole. */
export const configFolder = "/etc/confidential-aks";

/** The probe, a file of the ConfigMap. */
export const probeFile = `${configFolder}/aesm-probe.pl`;

/** The socket proxy, a file of the ConfigMap. */
export const proxyFile = `${configFolder}/aesm-proxy.pl`;

/** Where the proxy finds AESM's own directory; at AESM's path it has the directory of the node. */
export const aesmOwnFolder = "/var/run/aesmd-own";

/** The reader of messages that the proxy uses, a file of the ConfigMap. */
export const messageFile = `${configFolder}/Message.pm`;

/** In AESM's container: since when it has not answered whether it can quote. */
export const aesmWaitingFile = "/tmp/aesm-waiting-since";

/** Where the proxy writes its notes, and where AESM's probes find them. */
export const notesFolder = { ofProxy: "/tmp", ofAesm: "/var/run/aesm-proxy" } as const;

/** Written as long as the proxy runs. */
export const heartbeatFile = `${notesFolder.ofProxy}/heartbeat`;

/** Name of the note of when AESM last finished something. */
export const answeredNote = "answered";

/** The server of metrics, a file of the ConfigMap. */
export const metricsServerFile = `${configFolder}/metrics.pl`;

/** Where AESM's probes and the proxy write what Prometheus reads. */
export const metricsFolder = "/var/run/sgx-metrics";
export const answersFile = `${metricsFolder}/answers.prom`;
export const quotesFile = `${metricsFolder}/quotes.prom`;
