import { isDeepStrictEqual } from "node:util";
import { AttestedJob } from "../../../components";
import { AttestationMode, ATTESTATION_LABEL, parseQuantity, withAttestation } from "../../../components/sgx";
import { hardenedAs } from "../../../components/shared/objects";
import type { Manifest } from "../../e2e/support/api";
import { construct, one } from "../../support/construct";
import { ownersEpc } from "./epc-ledger";

/** How a Job comes to attest; `plain`: not at all. */
export const kinds = ["plain", "attested", "admitted"] as const;
export type Kind = (typeof kinds)[number];

interface Template {
    metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
    spec: object;
}

export type Job = Manifest & { spec: { template: Template } };

const image = "example.org/apps/report:1.0.0";

/** The Job as its owner would write it if there were no SGX. */
function plainJob(labels: Record<string, string>): Job {
    const container = {
        name: "app",
        image,
        imagePullPolicy: "IfNotPresent",
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
        securityContext: hardenedAs(10_001),
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        env: [{ name: "AZDCAP_CACHE", value: "/tmp" }],
    };
    const spec = {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        containers: [container],
        volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
    };
    const template = { metadata: { labels }, spec };
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: {},
        spec: { backoffLimit: 3, activeDeadlineSeconds: 900, template },
    } as Job;
}

/** The Job that `AttestedJob` makes. */
async function attestedJob(epc: string): Promise<Job> {
    const resources = await construct("preview", () => new AttestedJob("report", { image, epc }));
    return one(resources, ":Job").inputs as unknown as Job;
}

/**
 * A Job of each kind. That of `AttestedJob` is the plain one after `withAttestation`, on enclave nodes: checked here,
 * so that the two differ in nothing else. The admitted one has the label and its EPC, and the policies do the rest.
 */
export async function jobsOf(epc: string): Promise<Record<Kind, Job>> {
    const attested = await attestedJob(epc);
    const { metadata, spec } = attested.spec.template;
    const { [ATTESTATION_LABEL]: label = "", ...labels } = metadata.labels;
    const plain = plainJob(labels);
    const { nodeSelector } = spec as { nodeSelector: object };
    const options = { containers: ["app"], epc, waitImage: image, waitDeadlineSeconds: 300 };
    const placed = { ...plain.spec.template, spec: { ...plain.spec.template.spec, nodeSelector } };
    const template = withAttestation(placed, AttestationMode.outOfProcess, options);
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(template)), JSON.parse(JSON.stringify(attested.spec.template))))
        throw new Error(
            `the plain Job is not what AttestedJob sets up:\n${JSON.stringify([template, attested.spec.template])}`,
        );
    const admitted = structuredClone(plain);
    admitted.spec.template.metadata.labels[ATTESTATION_LABEL] = label;
    const [app] = (admitted.spec.template.spec as { containers: { resources: { limits: Record<string, string> } }[] })
        .containers;
    if (app !== undefined) app.resources.limits["sgx.intel.com/epc"] = epc;
    return { plain, attested, admitted };
}

/** A copy of a Job under a name, whose pod runs so long or until a time, and says what EPC its owner asked for. */
export function named(job: Job, namespace: string, name: string, runs: string, epc: string | undefined): Manifest {
    const copy = structuredClone(job);
    Object.assign(copy.metadata, { namespace, name });
    copy.spec.template.metadata.annotations = {
        "bench/runs": runs,
        ...(epc === undefined ? {} : { [ownersEpc]: String(parseQuantity(epc)) }),
    };
    return copy;
}
