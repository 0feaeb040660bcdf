import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { crdFolder } from "../tools/toolchain.mjs";
import type { KubernetesApi } from "../doubles/kubernetes/api.js";
import type { Properties } from "../doubles/values.js";
import { waitFor } from "./wait.js";

interface Crd {
    metadata: { name: string };
    spec: {
        group: string;
        names: { kind: string; shortNames?: string[] };
        versions: { name: string; schema: { openAPIV3Schema: { properties: { spec: { properties: object } } } } }[];
    };
}

/** The CRDs of the Prometheus operator, as its module has them. */
export function operatorCrds(): Crd[] {
    return readdirSync(crdFolder()).map((file) => parse(readFileSync(join(crdFolder(), file), "utf8")) as Crd);
}

/**
 * Azure's own, which are in no package: the add-on's chart has the same PodMonitor under another group, without
 * scrapeNativeHistograms, and no kind for rules (Azure/prometheus-collector, ama-metrics-podmonitor-crd.yaml).
 */
export function azureCrds(): Crd[] {
    const [monitor] = structuredClone(operatorCrds()).filter(({ spec }) => spec.names.kind === "PodMonitor");
    if (monitor === undefined) throw new Error("the operator's CRDs have no PodMonitor");
    const { spec } = monitor;
    const group = "azmonitoring.coreos.com";
    for (const { schema } of spec.versions) {
        const properties = schema.openAPIV3Schema.properties.spec.properties as Record<string, unknown>;
        delete properties.scrapeNativeHistograms;
    }
    return [{ ...monitor, metadata: { name: `podmonitors.${group}` }, spec: { ...spec, group } }];
}

/** Makes CRDs, and waits until the API server serves them. */
export async function install(api: KubernetesApi, crds: readonly Crd[]): Promise<void> {
    for (const crd of crds) await api.create(crd as unknown as Properties);
    for (const { spec } of crds) {
        const version = spec.versions[0]?.name ?? "";
        const key = { apiVersion: `${spec.group}/${version}`, kind: spec.names.kind, namespace: undefined, name: "" };
        await waitFor(`${key.kind} of ${key.apiVersion}`, () => api.serves(key), { every: 100, seconds: 300 });
    }
}
