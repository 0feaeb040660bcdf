import { readFileSync } from "node:fs";
import { aesmProbeScript } from "../../components/sgx/aesm/scripts.js";

/** Where the pods of this package write what Prometheus reads. */
const programs = [
    readFileSync("images/quote-helper/aesm-proxy.pl", "utf8"),
    readFileSync("images/quote-helper/metrics.pl", "utf8"),
    readFileSync("images/node-proof/proof.pl", "utf8"),
    aesmProbeScript,
];

/** The metrics of this package: those that its programs describe by HELP. */
export function ownMetrics(): Set<string> {
    return new Set(
        programs.flatMap((text) => [
            ...[...text.matchAll(/# HELP (sgx_[a-z_]+)/g)].map(([, name]) => name ?? ""),
            // Lists of gauges: name and help, side by side.
            ...[...text.matchAll(/\[["'](sgx_[a-z_]+)["'], ["']/g)].map(([, name]) => name ?? ""),
            ...[...text.matchAll(/\$last = "(sgx_[a-z_]+)"/g)].map(([, name]) => name ?? ""),
        ]),
    );
}

/** Metrics of kube-state-metrics that are used, all of which Azure keeps by default (its page on default targets). */
const kubeStateMetrics = [
    "kube_node_labels",
    "kube_node_spec_taint",
    "kube_node_status_allocatable",
    "kube_node_status_capacity",
    "kube_node_status_condition",
    "kube_pod_container_resource_requests",
    "kube_pod_container_status_ready",
    "kube_pod_info",
    "kube_pod_status_phase",
    "kube_pod_status_reason",
];

/** From the program that is to write it: until when collateral is good. */
const collateral = "sgx_collateral_next_update_timestamp_seconds";

/** All metrics that alerts and dashboard may ask for. */
export function emittedMetrics(): Set<string> {
    return new Set([...ownMetrics(), ...kubeStateMetrics, collateral]);
}
