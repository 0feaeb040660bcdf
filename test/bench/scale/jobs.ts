import { isDeepStrictEqual } from "node:util";
import { AttestedJob } from "../../../components";
import { AttestationMode, ATTESTATION_LABEL, parseQuantity, withAttestation } from "../../../components/sgx";
import { hardenedAs } from "../../../components/shared/objects";
import type { Manifest } from "../../e2e/support/api";
import { construct, one } from "../../support/construct";
import { ownersEpc } from "./epc-ledger";

/**
 * How a Job comes to attest; `plain`: not at all, though it asks for the same EPC. `unwaited`: without the container
 * that waits for AESM.
 */
export const kinds = ["plain", "unwaited", "attested", "admitted"] as const;
export type Kind = (typeof kinds)[number];

interface Container {
    resources: { requests?: Record<string, string>; limits?: Record<string, string> };
}

interface PodSpec {
    nodeSelector?: Record<string, string>;
    containers: Container[];
}

interface Template {
    metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
    spec: PodSpec;
}

export type Job = Manifest & { spec: { activeDeadlineSeconds?: number; template: Template } };

const image = "example.org/apps/report:1.0.0";

/** The Job as its owner would write it if there were no SGX. */
function bareJob(labels: Record<string, string>): Job {
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
 * A Job of each kind. That of `AttestedJob` is one without SGX after `withAttestation`, on enclave nodes: checked here,
 * so that it differs from the plain one, which has its resources and its nodes, in nothing but what is injected. The
 * admitted one has the label and its EPC, and the policies do the rest.
 */
export async function jobsOf(epc: string): Promise<Record<Kind, Job>> {
    const attested = await attestedJob(epc);
    const { metadata, spec } = attested.spec.template;
    const { [ATTESTATION_LABEL]: label = "", ...labels } = metadata.labels;
    const bare = bareJob(labels);
    const { nodeSelector, containers } = spec as Pick<PodSpec, "nodeSelector" | "containers">;
    const options = { containers: ["app"], epc, waitImage: image, waitDeadlineSeconds: 300 };
    const placed = { ...bare.spec.template.spec, nodeSelector };
    const set = withAttestation({ ...bare.spec.template, spec: placed }, AttestationMode.outOfProcess, options);
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(set)), JSON.parse(JSON.stringify(attested.spec.template))))
        throw new Error(`AttestedJob sets up another Job:\n${JSON.stringify([set, attested.spec.template])}`);
    const plain = structuredClone(bare);
    plain.spec.template.spec = { ...placed, containers: withResources(placed, containers[0]?.resources) };
    const unwaited = structuredClone(bare);
    const withoutWait = { containers: ["app"], epc, wait: false };
    unwaited.spec.template = withAttestation(
        { ...bare.spec.template, spec: placed },
        AttestationMode.outOfProcess,
        withoutWait,
    );
    const admitted = structuredClone(bare);
    admitted.spec.template.metadata.labels[ATTESTATION_LABEL] = label;
    const { resources: own } = bare.spec.template.spec.containers[0] ?? {};
    const limits = { ...own?.limits, "sgx.intel.com/epc": epc };
    admitted.spec.template.spec.containers = withResources(bare.spec.template.spec, { ...own, limits });
    return { plain, unwaited, attested, admitted };
}

/** The containers of a pod, each with these resources where there are any. */
function withResources({ containers }: PodSpec, resources: Container["resources"] | undefined): Container[] {
    return containers.map((container) => ({ ...container, resources: resources ?? container.resources }));
}

/** A copy of a Job under a name, whose pod runs so long or until a time, and says what EPC its owner asked for. */
export function named(job: Job, namespace: string, name: string, runs: string, epc: string): Manifest {
    const copy = structuredClone(job);
    Object.assign(copy.metadata, { namespace, name });
    copy.spec.template.metadata.annotations = {
        "bench/runs": runs,
        [ownersEpc]: String(parseQuantity(epc)),
    };
    return copy;
}
