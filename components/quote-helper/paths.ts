/** Where the ConfigMap is mounted as a whole. */
export const configFolder = "/etc/confidential-aks";

/** The probe, a file of the ConfigMap. */
export const probeFile = `${configFolder}/aesm-probe.pl`;

/** The socket proxy, a file of the ConfigMap. */
export const proxyFile = `${configFolder}/aesm-proxy.pl`;

/** Where the proxy finds AESM's own directory; at AESM's path it has the directory of the node. */
export const aesmOwnFolder = "/var/run/aesmd-own";

/** In AESM's container: since when it has not answered whether it can quote. */
export const aesmWaitingFile = "/tmp/aesm-waiting-since";

/** In the proxy's container: written as long as the proxy runs. */
export const heartbeatFile = "/tmp/heartbeat";
