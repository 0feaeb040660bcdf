import { SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE } from "../../../components/sgx/index.js";
import type { Node } from "../../model/objects.js";
import { subjectsOf } from "../attesting.js";
import { anyPool, clusterFlags, listOf, noNodeOfAzure } from "../azure.js";
import type { Check, Found, Seen } from "../check.js";
import { awaited, isAwaited, isScaledUpFor } from "../coming.js";
import { gathered } from "../gather.js";
import { asksForSgx } from "../needs.js";
import { isNodeProof } from "../nothing.js";
import { isLabelled, needsLabel } from "../sgx-nodes.js";
import { isNew, isRecent, pendingNode } from "../starting.js";
import {
    AGENT_POOL_LABEL,
    INSTANCE_TYPE_LABEL,
    isLive,
    isTrue,
    offersSgx,
    placeOf,
    sizeOf,
    type View,
} from "../view.js";

/** Without nodes that have SGX, that are ready and that are found, nothing else can work. */
export const n08: Check = {
    code: "CA-N08",
    reads: ["nodes"],
    run: (view, found) =>
        view.sgxNodes.length === 0
            ? withoutNode(view, found)
            : gathered([
                  ...view.sgxNodes.flatMap((node) => [...stateOf(node, view), ...kindOf(node, view)]),
                  ...view.unlabelledNodes.map(maybeUnlabelled),
              ]),
};

/** Azure may have said why. While nothing asks for SGX, a pool that the autoscaler has at 0 is as it should be. */
function withoutNode(view: View, found: Found): Seen[] {
    const because = found.cause(noNodeOfAzure);
    if (because !== undefined) return [{ because }];
    const asking = subjectsOf(view).filter((subject) => {
        const { workload, template, pods } = subject;
        // Without nodes, there is nothing for the proof on every node.
        return asksForSgx(template.spec) && !isNodeProof(subject) && (workload?.wanted !== 0 || pods.some(isLive));
    });
    const waiting = asking.flatMap(({ pods }) => pods.filter(isLive));
    const scaled = waiting.find((pod) => isScaledUpFor(view, pod));
    const pending = scaled === undefined ? undefined : awaited(view, scaled);
    if (pending !== undefined) return [pending];
    // The autoscaler may not have seen a pod that was made a moment ago.
    const isWanted = asking.some(({ pods }) => !pods.some((pod) => isLive(pod) && isAwaited(view, pod)));
    return [{ ...noNode, severity: isWanted ? "problem" : "warning" }];
}

const noNode = {
    reason: "no-sgx-node",
    seen: "no node has Intel SGX",
    where: [],
    fix: "add an enclave pool of a DCsv3 or DCdsv3 size (Standard_DC2s_v3 or larger); or scale up one that has 0 nodes: `az aks nodepool scale --resource-group GROUP --cluster-name CLUSTER --name POOL --node-count 1`; where the autoscaler is on: `az aks nodepool update --resource-group GROUP --cluster-name CLUSTER --name POOL --update-cluster-autoscaler --min-count 1 --max-count MAXIMUM`",
};

/** What keeps new pods off whatever they are. */
function stateOf(node: Node, view: View): Seen[] {
    const { metadata, spec } = node;
    const where = [placeOf("Node", metadata)];
    if (!isTrue(node, "Ready")) {
        if (isJoining(node, view)) return [pendingNode(view, node)];
        return [
            {
                reason: "not-ready",
                severity: "problem",
                seen: `the node is not ready${because(node)}`,
                where,
                fix: `see its conditions: \`kubectl describe node ${metadata.name}\`; ${replace(node, view)}`,
            },
        ];
    }
    if (spec.unschedulable !== true) return [];
    const isOnlyOne = view.sgxNodes.every((one) => one.spec.unschedulable === true);
    return [
        {
            reason: "cordoned",
            severity: isOnlyOne ? "problem" : "warning",
            seen: isOnlyOne
                ? "every SGX node is cordoned: no new pod can go there"
                : "the node is cordoned: no new pod can go there",
            where,
            fix: `\`kubectl uncordon ${metadata.name}\`, unless it is being drained`,
        },
    ];
}

/** One that its kubelet has registered, or come back with, a moment ago. A kubelet that is silent is not starting. */
function isJoining(node: Node, view: View): boolean {
    const ready = node.status.conditions?.find(({ type }) => type === "Ready");
    return isRecent(view, node.metadata.creationTimestamp) || (ready?.status === "False" && isNew(view, node));
}

/** AKS repairs such a node after ten minutes (https://learn.microsoft.com/azure/aks/node-auto-repair). */
function replace({ metadata: { name, labels } }: Node, view: View): string {
    const pool = labels?.[AGENT_POOL_LABEL];
    if (pool === undefined) return "replace it if it stays so";
    const flags = clusterFlags(view, "--cluster-name");
    return `AKS repairs a node that has not been ready for ten minutes; to take it out of the pool, which has one node less then: \`az aks nodepool delete-machines ${flags} --nodepool-name ${pool} --machine-names ${name}\``;
}

function because({ status }: Node): string {
    const { reason, message } = status.conditions?.find(({ type }) => type === "Ready") ?? {};
    const said = [reason, message].filter((text) => text !== undefined && text !== "").join(": ");
    return said === "" ? "" : ` (${said})`;
}

/** Whether it is a node that the device plugin runs on. */
function kindOf(node: Node, view: View): Seen[] {
    const { labels = {} } = node.metadata;
    const where = [placeOf("Node", node.metadata)];
    const type = labels[INSTANCE_TYPE_LABEL] ?? "";
    const { architecture = "amd64", operatingSystem = "linux" } = node.status.nodeInfo ?? {};
    if (architecture !== "amd64" || operatingSystem !== "linux") {
        return [
            {
                reason: "wrong-platform",
                severity: "problem",
                seen: `the node runs ${operatingSystem} on ${architecture}, and SGX needs linux on amd64`,
                where,
                fix: "use a Linux pool of a DCsv3 or DCdsv3 size; remove the label of enclave pools from this one",
            },
        ];
    }
    const size = sizeOf(labels);
    if (size === undefined) return isOtherSize(node, type) ? [withoutSgx(node, type)] : [];
    const seen: Seen[] = [];
    if (type !== size.name) {
        const selects = view.daemonSets.plugin.some(({ spec }) => asksForSize(JSON.stringify(spec.template.spec)));
        seen.push({
            reason: "size-spelling",
            severity: selects && view.onNode(node, "plugin").length === 0 ? "problem" : "warning",
            seen: `the node's VM size is written ${type}: AKS copies the spelling into a node label that DaemonSets match exactly, letter case included`,
            where,
            fix: `replace the pool by one whose size is written ${size.name}; the label cannot be changed`,
        });
    }
    if (lacksLabel(node, view)) seen.push(notLabelled(node));
    return seen;
}

const asksForSize = (spec: string) => spec.includes(INSTANCE_TYPE_LABEL);

/** A size of Azure that is known not to have SGX, on a node that nothing of SGX was seen on. */
function isOtherSize(node: Node, type: string): boolean {
    return /^(Standard|Basic)_/i.test(type) && !offersSgx(node);
}

function withoutSgx({ metadata }: Node, type: string): Seen {
    return {
        reason: "size-without-sgx",
        severity: "problem",
        seen: `the node carries the label of enclave pools, and its VM size ${type} has no Intel SGX`,
        where: [placeOf("Node", metadata)],
        fix: `use a pool of a DCsv3 or DCdsv3 size; remove the label ${SGX_NODE_LABEL} from this one`,
    };
}

/** This package's DaemonSets select the label, and no other device plugin has come to the node. */
function lacksLabel(node: Node, view: View): boolean {
    return !isLabelled(node) && needsLabel(view.daemonSets.plugin) && view.onNode(node, "plugin").length === 0;
}

const label = `${SGX_NODE_LABEL}=${SGX_NODE_LABEL_VALUE}`;
const ofLabel = (name: string) =>
    `\`kubectl label node ${name} ${label}\`; for new nodes, set it in the program that makes the pool, or give the pool all its labels and this one, since the list is replaced as a whole: ${listOf("nodeLabels")} shows it, and \`az aks nodepool update ${anyPool} --labels LABELS ${label}\` sets it`;

function notLabelled({ metadata }: Node): Seen {
    return {
        reason: "label-missing",
        severity: "problem",
        seen: `the node has SGX and lacks the label ${label}, by which the DaemonSets find their nodes`,
        where: [placeOf("Node", metadata)],
        fix: ofLabel(metadata.name),
    };
}

/** Other pools are labelled, and this one may be for something else. */
function maybeUnlabelled({ metadata }: Node): Seen {
    return {
        reason: "label-missing",
        severity: "warning",
        seen: `the node's VM size has SGX, and the node lacks the label ${label}, which nodes of another pool have: no enclave can run on it`,
        where: [placeOf("Node", metadata)],
        fix: `leave it so if its pool is for other workloads; else: ${ofLabel(metadata.name)}`,
    };
}
