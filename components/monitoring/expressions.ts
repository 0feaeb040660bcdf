/*
 * Pieces of PromQL. Series of kube-state-metrics are those that Azure keeps by default
 * (https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-default); `cluster` is a label
 * on Azure only, and `on` and `by` work without it as well. Each alert is whole in itself: a series that a rule records
 * is there one evaluation later.
 */

const byNode = "on (cluster, node)";
const byPod = "on (cluster, namespace, pod)";
const bySort = "on (cluster, resource)";

/** The SGX resources as kube-state-metrics names them. */
const resources = 'resource=~"sgx_intel_com_(epc|enclave|provision)"';
const epcOnly = 'resource="sgx_intel_com_epc"';

/** Nodes with EPC. */
export const enclaveNodes = `(max by (cluster, node) (kube_node_status_capacity{${epcOnly}}) > 0)`;

/** Nodes that are ready. */
export const readyNodes = '(max by (cluster, node) (kube_node_status_condition{condition="Ready",status="true"}) == 1)';

/**
 * Nodes with a quote helper, of the pods that the selector finds, that gives pods their quotes, and whose metrics are
 * served. With rollout `proven` its container `metrics` is not ready before a proof: that is no outage.
 */
export function nodesWithHelper(pods: string): string {
    const isReady = `min by (cluster, namespace, pod) (kube_pod_container_status_ready{${pods},container!="metrics"})`;
    const ready = `max by (cluster, node) (kube_pod_info{${pods},node!=""} * ${byPod} group_left () ${isReady}) == 1`;
    return `(${ready} and ${byNode} max by (cluster, node) (sgx_aesm_up))`;
}

/** What a node has to give, unless it takes no new pods. */
const allocatable = (of: string) =>
    `(kube_node_status_allocatable{${of}} unless ${byNode} ` +
    'kube_node_spec_taint{key="node.kubernetes.io/unschedulable"})';

/** What pods that have not ended have been given. */
const given = (of: string) =>
    `sum by (cluster, node, resource) (kube_pod_container_resource_requests{${of},node!=""} * ${byPod} group_left () ` +
    'max by (cluster, namespace, pod) (kube_pod_status_phase{phase!~"Succeeded|Failed"}))';

/** What a pod that waits asks for. */
const asked =
    `(sum by (cluster, namespace, pod, resource) (kube_pod_container_resource_requests{${resources},node=""}) ` +
    `and ${byPod} kube_pod_status_phase{phase="Pending"} == 1)`;

const most = `max by (cluster, resource) (${allocatable(resources)})`;
const free =
    `max by (cluster, resource) (${allocatable(resources)} - on (cluster, node, resource) ` +
    `(${given(resources)} or on (cluster, node, resource) kube_node_status_allocatable{${resources}} * 0))`;

/** Pods that wait for SGX resources that no node has free, and that some node has in all. */
export const waitingForOthers = `(${asked} <= ${bySort} group_left () ${most}) > ${bySort} group_left () ${free}`;

/** Pods that ask for more than any node has. */
export const neverFits = `${asked} > ${bySort} group_left () ${most}`;

/** Share of a node's EPC that pods have been given. */
export const epcShare = `max by (cluster, node) (${given(epcOnly)} / on (cluster, node, resource) ${allocatable(epcOnly)})`;

/** Nodes that have EPC, and no enclave device: the device plugin is gone. */
export const withoutDevices =
    `${enclaveNodes} unless ${byNode} ` +
    '(max by (cluster, node) (kube_node_status_allocatable{resource="sgx_intel_com_enclave"}) > 0)';

/** Nodes of an SGX size without EPC. Needs the label of the size. */
export const withoutEpc =
    'max by (cluster, node) (kube_node_labels{label_node_kubernetes_io_instance_type=~"Standard_DC[0-9]+d?s?_v[23]"}) ' +
    `unless ${byNode} (max by (cluster, node) (kube_node_status_allocatable{${epcOnly}}) > 0)`;

/** The kubelet has refused a pod, and it asks for SGX resources. */
export const refusedPods =
    `max by (cluster, namespace, pod) (kube_pod_status_reason{reason="UnexpectedAdmissionError"} == 1) * ${byPod} ` +
    'group_left (node) max by (cluster, namespace, pod, node) (kube_pod_info{node!=""}) ' +
    `and ${byPod} kube_pod_container_resource_requests{${resources}}`;

const perNode = (series: string) => `max by (cluster, node) (${series})`;

/** AESM answers, and not whether it can quote, for ten minutes: it is in one quote, or in one after the other. */
export const busyNodes =
    `(${perNode("max_over_time(sgx_aesm_error_code[10m])")} == -1 ` +
    `and ${byNode} ${perNode("min_over_time(sgx_aesm_up[10m])")} == 1)`;

/** No healthy answer for ten minutes. One scrape that is lost changes nothing. */
const withoutHealth = `${perNode("max_over_time(sgx_aesm_healthy[10m])")} == 0`;
export const cannotQuote = `${withoutHealth} unless ${byNode} ${busyNodes}`;
export const cannotQuoteAnywhere = `count by (cluster) (${withoutHealth}) == on (cluster) count by (cluster) (${perNode("sgx_aesm_healthy")})`;

/** AESM was last asked long ago, though its metrics are still served. */
export const notAsked = `time() - ${perNode("sgx_aesm_last_asked_timestamp_seconds")} > 600`;

/** Answers that take long. The probe gives up after 8 s. */
export const slowNodes = `${perNode("avg_over_time(sgx_aesm_answer_seconds[15m])")} > 3 unless ${byNode} (${withoutHealth})`;

/** Pods ask for quotes, and get none. */
export const failingQuotes =
    '(sum by (cluster, node) (increase(sgx_quotes_total{code!="0"}[15m])) > 0) ' +
    `unless ${byNode} (sum by (cluster, node) (increase(sgx_quotes_total{code="0"}[15m])) > 0)`;

const lastProof = perNode("sgx_proof_last_success_timestamp_seconds");

/** The last proof is older than two intervals. */
export const staleProof = `time() - (${lastProof} > 0) > ${byNode} (2 * ${perNode("sgx_proof_interval_seconds")})`;

/** A node that is ready, and on which no proof has succeeded since it started. */
export const missingProof = `${enclaveNodes} and ${byNode} ${readyNodes} unless ${byNode} (${lastProof} > 0)`;

/** Seconds until collateral is too old, where it is known when. */
const untilUpdate = "((min by (cluster, fmspc, item) (sgx_collateral_next_update_timestamp_seconds > 0)) - time())";
export const expiresWithin = (seconds: number) => `0 < ${untilUpdate} < ${seconds}`;
export const expired = `${untilUpdate} <= 0`;

/** Nodes of sizes that Azure ends, from so many seconds before the day on. Needs the label of the size. */
export function nodesThatRetire(sizesByDay: ReadonlyMap<string, readonly string[]>, ahead: number): string {
    const ofDay = ([day, sizes]: [string, readonly string[]]) => {
        const nodes = perNode(`kube_node_labels{label_node_kubernetes_io_instance_type=~"${sizes.join("|")}"}`);
        const due = `${nodes} and on () (vector(time()) > ${Date.parse(day) / 1000 - ahead})`;
        return `label_replace(${due}, "retires_on", "${day}", "node", ".*")`;
    };
    return [...sizesByDay].map(ofDay).join(" or ");
}

/** Jobs of which a pod has failed, and none is on its way or has succeeded. */
export function failedJobs(pods: string): string {
    const byJob = (phase: string) =>
        `(max by (cluster, namespace, created_by_name) (kube_pod_status_phase{${pods},phase=~"${phase}"} * ${byPod} ` +
        `group_left (created_by_name) kube_pod_info{${pods}}) == 1)`;
    return `${byJob("Failed")} unless on (cluster, namespace, created_by_name) ${byJob("Pending|Running|Succeeded")}`;
}
