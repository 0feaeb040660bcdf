/*
 * What Prometheus finds in the pods of this package. The names are those of images/quote-helper, of the probe's script
 * and of images/attestation-sample; tests hold them together.
 */

/** Port of the metrics, and its name, by which a PodMonitor finds it. */
export const metricsPort = 9464;
export const metricsPortName = "metrics";
