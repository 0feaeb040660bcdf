/*
 * Series as kube-state-metrics and the pods of this package give them, for `promtool test rules`: the values of a
 * series are written as promtool takes them, one a minute ("1x60": 61 times 1).
 */

/** Series and their values. */
export type Series = Readonly<Record<string, string>>;

const labels = (all: Record<string, string>) =>
    Object.entries(all)
        .map(([name, value]) => `${name}="${value}"`)
        .join(",");
const series = (metric: string, of: Record<string, string>) => `${metric}{${labels(of)}}`;

/** The same value, for two hours. */
export const steady = (value: number | string) => `${value}x120`;

interface NodeValues {
    ready?: string;
    epc?: string;
    /** EPC in the capacity, where it is not what is allocatable. */
    capacity?: string;
    enclave?: string;
    size?: string;
    cordoned?: boolean;
}

/** A node of an SGX pool. */
export function node(name: string, values: NodeValues = {}): Series {
    const { ready = steady(1), epc = steady(1000), enclave = steady(110), size, cordoned = false } = values;
    const offered = (kind: string, resource: string) =>
        series(`kube_node_status_${kind}`, { node: name, resource, unit: "integer" });
    const condition = { node: name, condition: "Ready", status: "true" };
    const taint = { node: name, key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" };
    return {
        [offered("capacity", "sgx_intel_com_epc")]: values.capacity ?? epc,
        [offered("allocatable", "sgx_intel_com_epc")]: epc,
        [offered("allocatable", "sgx_intel_com_enclave")]: enclave,
        [offered("allocatable", "cpu")]: steady(4),
        [series("kube_node_status_condition", condition)]: ready,
        [series("kube_node_status_condition", { ...condition, status: "false" })]: steady(0),
        [series("kube_node_status_condition", { ...condition, condition: "DiskPressure" })]: steady(0),
        ...(size === undefined
            ? {}
            : {
                  [series("kube_node_labels", { node: name, label_node_kubernetes_io_instance_type: size })]: steady(1),
              }),
        ...(cordoned ? { [series("kube_node_spec_taint", taint)]: steady(1) } : {}),
    };
}

interface PodValues {
    /** Undefined: it is bound to none. */
    node?: string;
    phase?: string;
    /** By container; a container without a value is ready. */
    ready?: Record<string, string>;
    requests?: Record<string, number>;
    refused?: string;
    /** What made it. */
    owner?: string;
}

/** A pod with its containers. */
export function pod(namespace: string, name: string, values: PodValues): Series {
    const { node: bound, phase = "Running", ready = {}, requests = {} } = values;
    const of = { namespace, pod: name, uid: `uid-of-${name}` };
    // A label without a value is one that is not there.
    const on: Record<string, string> = bound === undefined ? {} : { node: bound };
    const phases = ["Pending", "Succeeded", "Failed", "Unknown", "Running"];
    return {
        [series("kube_pod_info", {
            ...of,
            ...on,
            created_by_kind: "DaemonSet",
            created_by_name: values.owner ?? "some",
        })]: steady(1),
        ...Object.fromEntries(
            phases.map((each) => [
                series("kube_pod_status_phase", { ...of, phase: each }),
                steady(each === phase ? 1 : 0),
            ]),
        ),
        ...Object.fromEntries(
            Object.entries(ready).map(([container, value]) => [
                series("kube_pod_container_status_ready", { ...of, container }),
                value,
            ]),
        ),
        ...Object.fromEntries(
            Object.entries(requests).map(([resource, value]) => [
                series("kube_pod_container_resource_requests", {
                    ...of,
                    ...on,
                    container: "app",
                    resource,
                    unit: "integer",
                }),
                steady(value),
            ]),
        ),
        ...(values.refused === undefined
            ? {}
            : { [series("kube_pod_status_reason", { ...of, reason: "UnexpectedAdmissionError" })]: values.refused }),
    };
}

/** A pod of the quote helper. */
export function helper(on: string, ready: Record<string, string> = {}, name = `sgx-quote-helper-${on}`): Series {
    const containers = { aesm: steady(1), proxy: steady(1), metrics: steady(1) };
    return pod("sgx-quote-helper", name, { node: on, ready: { ...containers, ...ready } });
}

/** Times of promtool begin at 0: one a minute, that is always now. */
export const now = "1+60x120";

const gauges = (on: string, values: Record<string, string>): Series =>
    Object.fromEntries(Object.entries(values).map(([metric, value]) => [series(metric, { node: on }), value]));

/** What a healthy AESM of a node gives; times are now. */
export function aesm(on: string, values: Record<string, string> = {}): Series {
    return gauges(on, {
        sgx_aesm_up: steady(1),
        sgx_aesm_healthy: steady(1),
        sgx_aesm_error_code: steady(0),
        sgx_aesm_answer_seconds: steady("0.01"),
        sgx_aesm_last_asked_timestamp_seconds: now,
        ...values,
    });
}

/** What the proof of a node gives; it is now, and due every ten minutes. */
export function proof(on: string, values: Record<string, string> = {}): Series {
    return gauges(on, {
        sgx_proof_last_success_timestamp_seconds: now,
        sgx_proof_interval_seconds: steady(600),
        ...values,
    });
}

/** Quotes that pods of a node asked for, by the code of the answer. */
export function quotes(on: string, codes: Record<string, string>): Series {
    return Object.fromEntries(
        Object.entries(codes).map(([code, value]) => [series("sgx_quotes_total", { node: on, code }), value]),
    );
}

/** A node with its helper and its proof, of which all is well. */
export function wellNode(name: string, values: NodeValues = {}): Series {
    return { ...node(name, values), ...helper(name), ...aesm(name), ...proof(name) };
}

/** Until when collateral is good. */
export function collateral(seconds: string): Series {
    return {
        [series("sgx_collateral_next_update_timestamp_seconds", { fmspc: "00606A000000", item: "tcb_info" })]: seconds,
    };
}

/** A Job in the helper's namespace, and its pods by their phases. */
export function job(name: string, phases: readonly string[]): Series {
    const pods = phases.map((phase, index) =>
        pod("sgx-quote-helper", `${name}-${index}`, { node: "a", phase, owner: name }),
    );
    return Object.assign({}, ...pods) as Series;
}
