import { AttestationMonitoring } from "../../../components/monitoring/attestation-monitoring";
import { recordedFmspc } from "../../doubles/intel-pcs/service";
import { construct, one } from "../../support/construct";
import type { Manifest } from "../support/api";
import { hurried, type Probe } from "../support/hurried";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import type { PodMonitor } from "../support/scrape-config";
import type { RuleGroup } from "../support/shortened";

/*
 * What is watched in alerts.e2e.ts, as stack dev renders it, and what AttestationMonitoring makes for it, as it ships;
 * but for seconds of probes and of proofs.
 */
export const application = "localhost/e2e/application:1";
export const tcbImage = "localhost/e2e/tcb:1";

/** Seconds between two probes: a look costs a process in the node. */
const periods = { startupProbe: 1, readinessProbe: 2, livenessProbe: 10 };

export const manifests = renderedManifests("dev", {
    jobs: JSON.stringify([{ name: "resident", image: application, epc: "8Mi", args: ["stay"] }]),
});
export const plugin = oneOf(manifests, "DaemonSet", "sgx-device-plugin");
export const helper = patient(hurried(oneOf(manifests, "DaemonSet", "sgx-quote-helper")));
export const proof = often(hurried(oneOf(manifests, "DaemonSet", "sgx-node-proof")));
export const resident = oneOf(
    manifests.filter(({ metadata }) => metadata.name?.includes("resident")),
    "Job",
);

/** What AttestationMonitoring makes for a Prometheus operator. */
export interface Shipped {
    rules: RuleGroup;
    podMonitors: PodMonitor[];
    /** The CronJob of the TCB check, which is suspended, by the name that the rules know. */
    tcbCheck: Manifest;
}

export async function shippedMonitoring(): Promise<Shipped> {
    const made = await construct("up", () => {
        new AttestationMonitoring("watch", {
            flavour: "prometheusOperator",
            quoteHelper: { namespace: "sgx-quote-helper", daemonSetName: "sgx-quote-helper" },
            nodeProof: { namespace: "sgx-node-proof", daemonSetName: "sgx-node-proof" },
            tcb: { image: tcbImage, fmspcs: [recordedFmspc], suspend: true },
        });
    });
    const named = (type: string, name: string): unknown => {
        const { inputs } = one(made, type, name);
        return { ...inputs, metadata: { name, ...(inputs["metadata"] as object) } };
    };
    const { groups } = (named("PrometheusRule", "watch-alerts") as { spec: { groups: RuleGroup[] } }).spec;
    const [rules, ...others] = groups;
    if (rules === undefined || others.length > 0) throw new Error(`${groups.length} groups of rules`);
    const tcbCheck = named("CronJob", "watch-tcb") as Manifest;
    const expressions = rules.rules.map(({ expr }) => expr).join("\n");
    const [, name] = /pod=~"(watch-tcb-[0-9a-f]+)-/.exec(expressions) ?? [];
    if (name === undefined) throw new Error("no rule is about the TCB check");
    tcbCheck.metadata.name = name;
    const podMonitors = ["watch-quote-helper", "watch-node-proof"].map(
        (each) => named("PodMonitor", each) as PodMonitor,
    );
    return { rules, podMonitors, tcbCheck };
}

/** A pod with limits of SGX resources; bound to a node where one is given, without the scheduler. */
export function asking(name: string, resources: Record<string, string>, nodeName?: string): Manifest {
    const limits = Object.entries(resources).map(([resource, amount]) => [`sgx.intel.com/${resource}`, amount]);
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default" },
        spec: {
            ...(nodeName === undefined ? {} : { nodeName }),
            terminationGracePeriodSeconds: 0,
            nodeSelector: { "confidential-aks/sgx": "true" },
            containers: [
                { name: "app", image: application, args: ["stay"], resources: { limits: Object.fromEntries(limits) } },
            ],
        },
    } as Manifest;
}

/** The quote helper whose AESM has as long for an answer as it ships with, and is not restarted while alerts wait. */
function patient(daemonSet: Manifest): Manifest {
    for (const container of templateOf(daemonSet).spec.containers) {
        for (const [name, seconds] of Object.entries({ startupProbe: 5, readinessProbe: 8, livenessProbe: 8 })) {
            const probe = container[name] as (Partial<Probe> & { failureThreshold: number }) | undefined;
            if (probe === undefined) continue;
            probe.periodSeconds = periods[name as keyof typeof periods];
            if (probe.exec?.command[1]?.endsWith("aesm-probe.pl") !== true) continue;
            probe.exec.command.splice(3, 1, String(seconds));
            if (name === "livenessProbe") probe.failureThreshold = 100;
        }
    }
    return daemonSet;
}

/** The proof that is due every 20 seconds, not every 6 hours. */
function often(daemonSet: Manifest): Manifest {
    const [app] = templateOf(daemonSet).spec.containers;
    const ready = app?.["readinessProbe"] as Probe;
    ready.periodSeconds = 5;
    for (const command of [app?.command, ready.exec.command]) command?.splice(3, 1, "20");
    return daemonSet;
}
