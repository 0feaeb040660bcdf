import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import {
    isOfPackage,
    keepBinding,
    keepClusterRole,
    keepClusterRoleBinding,
    keepPolicy,
} from "../../../doctor/collect/keep/policy";
import type { Raw } from "../../../doctor/collect/keep/shape";
import { keepDaemonSet, keepWorkload } from "../../../doctor/collect/keep/workload";
import { isSelected } from "../../../doctor/judge/placing";
import type { DaemonSet, Node, Pod, Workload } from "../../../doctor/model/objects";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { repositoryFile, type StackName } from "../../support/stacks";
import { goodVerdict, healthy, pod, type Objects } from "./cluster";

/** The Kubernetes objects of a stack, as `npm run plan` writes them. */
export function manifestsOf(stack: StackName): Raw[] {
    const folder = repositoryFile(`test/snapshots/${stack}/kubernetes`);
    const texts = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, "utf8"));
    return texts.map((text) => parse(text, { version: "1.1" }) as Raw);
}

/** A cluster of such objects in which everything runs: the pods are those that controllers would make on the nodes. */
export function running(nodes: readonly Node[], manifests: readonly Raw[]): Snapshot {
    return healthy(0, (objects) => {
        Object.assign(objects, {
            ...{ nodes: [...nodes], daemonSets: [], pods: [], clusterRoles: [], clusterRoleBindings: [] },
        });
        for (const manifest of manifests) add(objects, manifest);
    });
}

const policyKinds = ["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"] as const;
const workloadKinds = ["Deployment", "StatefulSet", "Job", "CronJob"] as const;

function add(objects: Objects, raw: Raw): void {
    const { kind } = raw;
    const policy = policyKinds.find((each) => each === kind);
    const bound = policyKinds.find((each) => `${each}Binding` === kind);
    const workload = workloadKinds.find((each) => each === kind);
    if (policy !== undefined && isOfPackage(raw)) objects.policies.push(keepPolicy(policy, raw));
    if (bound !== undefined && isOfPackage(raw)) objects.policyBindings.push(keepBinding(`${bound}Binding`, raw));
    if (kind === "ClusterRole") objects.clusterRoles.push(keepClusterRole(raw));
    if (kind === "ClusterRoleBinding") objects.clusterRoleBindings.push(keepClusterRoleBinding(raw));
    if (kind === "DaemonSet") addDaemonSet(objects, keepDaemonSet(raw));
    if (workload !== undefined) addWorkload(objects, keepWorkload(workload, raw));
}

/** A pod on each node that it selects, as its controller makes them. */
function addDaemonSet(objects: Objects, daemonSet: DaemonSet): void {
    const { template } = daemonSet.spec;
    objects.daemonSets.push(daemonSet);
    for (const node of objects.nodes) {
        if (isSelected(template.spec, node)) objects.pods.push(podOf("DaemonSet", daemonSet, node.metadata.name));
    }
}

/** One that runs, or a Job whose one pod has ended well. */
function addWorkload(objects: Objects, workload: Workload): void {
    const { kind, metadata, template } = workload;
    const node = objects.nodes.find(
        (each) => isSelected(template.spec, each) && each.status.capacity?.["sgx.intel.com/epc"],
    );
    objects.workloads.push({ ...workload, wanted: 1, ready: 1 });
    const made = podOf(kind, { metadata, spec: { template } }, node?.metadata.name ?? "");
    if (kind === "Job") {
        const terminated = { exitCode: 0, message: goodVerdict, finishedAt: "2026-11-27T11:00:00Z" };
        const ended = (made.status.containerStatuses ?? []).map(({ name }) => ({
            ...{ name, ready: false, restartCount: 0, state: { terminated } },
        }));
        made.status = { phase: "Succeeded", containerStatuses: ended };
    }
    objects.pods.push(made);
}

type Owner = Pick<DaemonSet, "metadata"> & { spec: Pick<DaemonSet["spec"], "template"> };

function podOf(kind: string, { metadata, spec: { template } }: Owner, nodeName: string): Pod {
    const { name, uid, namespace = "default" } = metadata;
    const labels = template.metadata?.labels ?? {};
    const ownerReferences = [{ kind, name, uid, controller: true }];
    return pod(`${name}-${nodeName}`, namespace, { ...template.spec, nodeName }, { labels, ownerReferences });
}
