import type { Manifest } from "./api";

/** A relabelling as a PodMonitor has it. */
interface Relabeling {
    sourceLabels?: string[];
    targetLabel?: string;
    regex?: string;
    replacement?: string;
    action?: string;
}

/** As much of a PodMonitor as this package's have. */
export type PodMonitor = Manifest & {
    spec: {
        selector: { matchLabels: Record<string, string> };
        podMetricsEndpoints: { port: string; path: string; interval: string; relabelings: Relabeling[] }[];
    };
};

const known = new Set(["port", "path", "interval", "relabelings"]);

/**
 * A PodMonitor as the Prometheus operator writes it into the configuration of Prometheus, as far as
 * `generatePodMonitorConfig` in pkg/prometheus/promcfg.go (0.93.0) concerns what it has. `discovery` finds the pods of
 * a namespace.
 */
export function scrapeConfigs(
    { metadata, spec }: PodMonitor,
    interval: string,
    discovery: (namespace: string) => object,
): object[] {
    const { name = "", namespace = "" } = metadata;
    return spec.podMetricsEndpoints.map((endpoint, index) => {
        const unknown = Object.keys(endpoint).filter((key) => !known.has(key));
        if (unknown.length > 0) throw new Error(`scrape-config.ts does not know ${unknown.join(", ")}`);
        return {
            job_name: `podMonitor/${namespace}/${name}/${index}`,
            ...discovery(namespace),
            scrape_interval: interval,
            metrics_path: endpoint.path,
            relabel_configs: [
                { source_labels: ["job"], target_label: "__tmp_prometheus_job_name" },
                { action: "drop", source_labels: ["__meta_kubernetes_pod_phase"], regex: "(Failed|Succeeded)" },
                ...Object.entries(spec.selector.matchLabels).map(selected),
                keep("__meta_kubernetes_pod_container_port_name", endpoint.port),
                copied("__meta_kubernetes_namespace", "namespace"),
                copied("__meta_kubernetes_pod_container_name", "container"),
                copied("__meta_kubernetes_pod_name", "pod"),
                { target_label: "job", replacement: `${namespace}/${name}` },
                { target_label: "endpoint", replacement: endpoint.port },
                ...endpoint.relabelings.map(relabeled),
            ],
        };
    });
}

const keep = (label: string, regex: string) => ({ action: "keep", source_labels: [label], regex });
const copied = (from: string, to: string) => ({ source_labels: [from], target_label: to });

function selected([label, value]: [string, string]): object {
    const name = label.replace(/[^a-zA-Z0-9_]/g, "_");
    const labels = [`__meta_kubernetes_pod_label_${name}`, `__meta_kubernetes_pod_labelpresent_${name}`];
    return { action: "keep", source_labels: labels, regex: `(${value});true` };
}

function relabeled({ sourceLabels, targetLabel, ...rest }: Relabeling): object {
    return {
        ...(sourceLabels === undefined ? {} : { source_labels: sourceLabels }),
        ...(targetLabel === undefined ? {} : { target_label: targetLabel }),
        ...rest,
    };
}
