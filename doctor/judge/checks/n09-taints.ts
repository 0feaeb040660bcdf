import { EPC_RESOURCE, STARTUP_TAINT_KEY, STARTUP_TAINT_POLICY } from "../../../components/sgx/index.js";
import type { Node, PodSpec, Taint } from "../../model/objects.js";
import { subjectsOf, type Subject } from "../attesting.js";
import { anyPool, listOf } from "../azure.js";
import type { Check, Seen } from "../check.js";
import { gathered } from "../gather.js";
import { asksForSgx } from "../needs.js";
import { isSelected, isTolerated } from "../placing.js";
import { isLive, offersNow, placeOf, type View } from "../view.js";

/**
 * Taints that come and go with the life of a node: Kubernetes' own, which say what CA-N08 says, the autoscaler's of a
 * node that goes away, those of network and storage drivers until they are there, and those of AKS's remediator.
 */
const ofLifecycle = new RegExp(
    [
        ...["^node\\.kubernetes\\.io/", "^node\\.cloudprovider\\.kubernetes\\.io/", "^ToBeDeletedByClusterAutoscaler"],
        ...["/agent-not-ready$", "^remediator\\.(kubernetes\\.azure|aks\\.microsoft)\\.com/"],
    ].join("|"),
);

/** Taint of AKS's Spot pools. */
const spotTaint = "kubernetes.azure.com/scalesetpriority";

/** A startup taint that is older stays: the device plugin needs a minute or two. */
const startMinutes = 10;

/** A taint that is not tolerated keeps a pod off the node, and nothing tells the pod's owner. */
export const n09: Check = {
    code: "CA-N09",
    reads: ["nodes", "daemonSets"],
    run: (view) => gathered([...infrastructure(view), ...startupTaints(view), ...workloads(view)]),
};

/** The taints of a node that the pods do not tolerate. */
function repelling(node: Node, { tolerations }: PodSpec): Taint[] {
    return (node.spec.taints ?? []).filter((taint) => !ofLifecycle.test(taint.key) && !isTolerated(taint, tolerations));
}

const textOf = ({ key, value, effect }: Taint) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`;

/** DaemonSets of device plugins and quote helpers that are for a node, and that its taints keep off. */
function infrastructure(view: View): Seen[] {
    const roles = [
        { role: "plugin", name: "device plugin" },
        { role: "helper", name: "quote helper" },
    ] as const;
    return view.sgxNodes.flatMap((node) =>
        roles.flatMap(({ role, name }) =>
            view.daemonSets[role].flatMap(({ metadata, spec: { template } }) => {
                const [taint] = isSelected(template.spec, node) ? repelling(node, template.spec) : [];
                if (taint === undefined) return [];
                const spot = taint.key === spotTaint ? ", which AKS gives to Spot nodes" : "";
                const where = [placeOf("DaemonSet", metadata), placeOf("Node", node.metadata)];
                return [
                    {
                        reason: `${role}-not-tolerating`,
                        severity: "problem" as const,
                        seen: `the ${name} does not tolerate the taint ${textOf(taint)}${spot}`,
                        where,
                        fix: `give the DaemonSet a toleration of ${taint.key} (this package's DaemonSets tolerate everything)${spot === "" ? `, or take it out of the pool's taints, of which only the whole list can be set: ${listOf("nodeTaints")} shows it, and \`az aks nodepool update ${anyPool} --node-taints TAINTS\` sets it` : ""}`,
                    },
                ];
            }),
        ),
    );
}

/** The startup taint of nodes that offer EPC by now. Without its policy, CA-C07 says so. */
function startupTaints(view: View): Seen[] {
    const { policies, policyBindings } = view.snapshot.objects;
    const isThere =
        policies.some(({ metadata }) => metadata.name === STARTUP_TAINT_POLICY) &&
        policyBindings.some(({ policyName }) => policyName === STARTUP_TAINT_POLICY);
    if (view.has("policies", "policyBindings") && !isThere) return [];
    return view.sgxNodes.flatMap((node) => {
        const since = Date.parse(node.metadata.creationTimestamp ?? "");
        const isTainted = node.spec.taints?.some(({ key }) => key === STARTUP_TAINT_KEY) === true;
        if (!isTainted || !offersNow(node, EPC_RESOURCE) || !(view.now - since > startMinutes * 60_000)) return [];
        return [
            {
                reason: "startup-taint-stays",
                severity: "problem" as const,
                seen: "the node offers EPC, and still has the taint of a node that starts",
                where: [placeOf("Node", node.metadata)],
                fix: `\`kubectl taint nodes ${node.metadata.name} ${STARTUP_TAINT_KEY}-\``,
            },
        ];
    });
}

/** Workloads that the taints keep off every SGX node that they select, with their pending pods. */
function workloads(view: View): Seen[] {
    return subjectsOf(view)
        .filter((subject) => wantsPods(subject, view))
        .flatMap(({ place, template, pods }) => {
            const taint = repelledBy(template.spec, view);
            if (taint === undefined) return [];
            const pending = pods.filter((pod) => isLive(pod) && pod.spec.nodeName === undefined);
            const places = pending.map(({ metadata }) => placeOf("Pod", metadata));
            return [
                {
                    reason: "workload-not-tolerating",
                    severity: "problem" as const,
                    seen: `every SGX node has a taint that the pods do not tolerate, such as ${textOf(taint)}`,
                    where: place.kind === "Pod" ? [place] : [place, ...places],
                    fix: `give the pods a toleration of ${taint.key} (withAttestation writes the one of this package's pools)`,
                },
            ];
        });
}

/** Not one that is scaled to 0, nor a Job or pod that has ended. */
function wantsPods({ kind, metadata, pods }: Subject, view: View): boolean {
    const workload = view.snapshot.objects.workloads.find(({ metadata: { uid } }) => uid === metadata.uid);
    if (workload === undefined) return pods.some(isLive);
    return workload.wanted !== 0 && !(kind === "Job" && !pods.some(isLive));
}

/** A taint of one of the nodes, where each has one. */
function repelledBy(spec: PodSpec, view: View): Taint | undefined {
    if (!asksForSgx(spec)) return undefined;
    const nodes = view.sgxNodes.filter((node) => isSelected(spec, node));
    const taints = nodes.map((node) => repelling(node, spec).filter(({ key }) => key !== STARTUP_TAINT_KEY));
    return taints.some((each) => each.length === 0) ? undefined : taints.flat()[0];
}
