import { CronJob } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, hardenedAs } from "../shared/objects";
import type { TcbCheckSpec } from "./tcb-spec";

/** Name of its pods in `app.kubernetes.io/name`. */
const tcbCheckApp = "sgx-tcb-check";

/** Seconds for which a Job is kept that has ended: a day and an hour, so that an alert about one that failed ends. */
const keptSeconds = 25 * 3600;
const folder = "/platforms";

/** What the check is made of. */
export interface TcbCheck {
    cronJob: CronJob;
    networkPolicy: NetworkPolicy;
    /** The PCK certificates; undefined where there are none. */
    certificates: ConfigMap | undefined;
}

/**
 * A CronJob that runs `confidential-aks tcb`. Its pods live for seconds, too short to be scraped. So a bad verdict is a
 * Job that fails, which kube-state-metrics shows, and the findings are the termination message of its pod.
 */
export function tcbCheck(
    name: string,
    spec: TcbCheckSpec,
    namespace: pulumi.Input<string>,
    child: pulumi.CustomResourceOptions,
): TcbCheck {
    const labels = commonLabels(tcbCheckApp, "tcb-check");
    const { pckCertificates } = spec;
    const certificates =
        pckCertificates.length === 0
            ? undefined
            : new ConfigMap(
                  `${name}-platforms`,
                  { metadata: { namespace, labels }, immutable: true, data: certificateFiles(pckCertificates) },
                  child,
              );
    const networkPolicy = networkPolicyFor(
        name,
        { app: tcbCheckApp, component: "tcb-check", namespace, egress: reaches.https },
        child,
    );
    const cronJob = new CronJob(
        name,
        { metadata: { namespace, labels }, spec: tcbCronJob(spec, certificates?.metadata.name) },
        child,
    );
    return { cronJob, networkPolicy, certificates };
}

function certificateFiles(certificates: readonly string[]): Record<string, string> {
    return Object.fromEntries(certificates.map((pem, index) => [fileOf(index), pem]));
}

const fileOf = (index: number) => `${index}.pem`;

/** The CronJob's own part. `certificates`: name of the ConfigMap with them. */
function tcbCronJob(spec: TcbCheckSpec, certificates: pulumi.Input<string> | undefined): inputs.batch.v1.CronJobSpec {
    const { schedule, suspend } = spec;
    return {
        schedule,
        timeZone: "Etc/UTC",
        suspend,
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
            metadata: { labels: commonLabels(tcbCheckApp, "tcb-check") },
            spec: {
                backoffLimit: 2,
                activeDeadlineSeconds: 900,
                ttlSecondsAfterFinished: keptSeconds,
                // 2 (wrong usage) and 3 (something was found) stay; after 1 the service may be there again.
                podFailurePolicy: {
                    rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [2, 3] } }],
                },
                template: tcbPod(spec, certificates),
            },
        },
    };
}

function tcbPod(spec: TcbCheckSpec, certificates: pulumi.Input<string> | undefined): inputs.core.v1.PodTemplateSpec {
    const platforms = { name: "platforms", mountPath: folder, readOnly: true };
    const files = certificates === undefined ? [] : [{ name: "platforms", configMap: { name: certificates } }];
    return {
        metadata: { labels: commonLabels(tcbCheckApp, "tcb-check") },
        spec: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
            containers: [
                {
                    name: "tcb",
                    image: spec.image,
                    imagePullPolicy: "IfNotPresent",
                    args: tcbArguments(spec),
                    // The last lines of the log are the message of a pod that failed.
                    terminationMessagePolicy: "FallbackToLogsOnError",
                    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
                    securityContext: hardenedAs(65_534),
                    volumeMounts: certificates === undefined ? [] : [platforms],
                },
            ],
            volumes: files,
        },
    };
}

function tcbArguments({ fmspcs, pckCertificates, failOnWarning, azureBaseline }: TcbCheckSpec): string[] {
    return [
        ...["tcb", "--format", "short", "--fail-on", failOnWarning ? "warning" : "problem"],
        ...(azureBaseline ? ["--azure-baseline"] : []),
        ...fmspcs.flatMap((fmspc) => ["--fmspc", fmspc]),
        ...pckCertificates.flatMap((_, index) => ["--pck", `${folder}/${fileOf(index)}`]),
    ];
}
