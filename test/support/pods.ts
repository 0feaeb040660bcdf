import type { Constructed } from "./construct";

/** What tests look at of a container. */
interface Container {
    name: string;
    image: string;
    command?: string[];
    env?: { name: string; value?: unknown }[];
    resources: { limits: Record<string, string>; requests: Record<string, string> };
    securityContext: Record<string, unknown>;
    volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
    [probe: string]: unknown;
}
/** What tests look at of a pod spec. */
export interface PodSpec {
    containers: Container[];
    initContainers?: Container[];
    volumes: { name: string; hostPath?: { path: string; type?: string } }[];
    tolerations?: unknown[];
    nodeSelector: Record<string, string>;
    [key: string]: unknown;
}

/** The pod spec of a workload. */
export function podSpecOf(resource: Constructed): PodSpec {
    return (resource.inputs as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
}
