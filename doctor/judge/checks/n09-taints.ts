import { EPC_RESOURCE, STARTUP_TAINT_KEY, STARTUP_TAINT_POLICY } from "../../../components/sgx/index.js";
import type { DaemonSet, Node, PodSpec, Taint } from "../../model/objects.js";
import type { Role } from "../../model/roles.js";
import { isOwn } from "../addon.js";
import { subjectsOf, type Subject } from "../attesting.js";
import { anyPool, listOf } from "../azure.js";
import type { Check, Seen } from "../check.js";
import { awaited } from "../coming.js";
import { gathered } from "../gather.js";
import { hasReadyAesm } from "../helper-pods.js";
import { asksForSgx } from "../needs.js";
import { isSelected, isTolerated, lastingTaints, taintText } from "../placing.js";
import { controllerOf, isLive, isTrue, offersNow, placeOf, type View } from "../view.js";

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

const roles = [
    { role: "plugin", name: "device plugin" },
    { role: "helper", name: "quote helper" },
] as const;

/** DaemonSets of device plugins and quote helpers that are for a node, and that its taints keep off. */
function infrastructure(view: View): Seen[] {
    return view.sgxNodes.flatMap((node) =>
        roles.flatMap(({ role, name }) =>
            view.daemonSets[role].flatMap((daemonSet) => {
                const { metadata, spec } = daemonSet;
                const [taint] = isSelected(spec.template.spec, node) ? keepingOff(node, spec.template.spec, role) : [];
                if (taint === undefined) return [];
                const runs = isReadyOn(node, daemonSet, role, view);
                const spot = taint.key === spotTaint ? ", which AKS gives to Spot nodes" : "";
                const where = [placeOf("DaemonSet", metadata), placeOf("Node", node.metadata)];
                return [
                    {
                        reason: `${role}-not-tolerating`,
                        severity: runs ? ("warning" as const) : ("problem" as const),
                        seen: `the ${name} does not tolerate the taint ${taintText(taint)}${spot}${runs ? ": its pod, which is older than the taint, runs, and the next one will not come" : ""}`,
                        where,
                        fix: isOwn(daemonSet)
                            ? "`pulumi up --refresh`: this package's DaemonSets tolerate every taint, and this one was changed"
                            : `give the DaemonSet the toleration ${tolerationOf(taint)}${spot === "" ? `, or take the taint out of the pool's, of which only the whole list can be set: ${listOf("nodeTaints")} shows it, and \`az aks nodepool update ${anyPool} --node-taints TAINTS\` sets it` : ""}`,
                    },
                ];
            }),
        ),
    );
}

/** As it is written in a list of tolerations. */
function tolerationOf({ key, value, effect }: Taint): string {
    const matches = value === undefined || value === "" ? "operator: Exists" : `value: ${JSON.stringify(value)}`;
    return `\`{key: ${key}, ${matches}, effect: ${effect}}\``;
}

/** The startup taint goes as soon as EPC is there, which the device plugin brings: it has to tolerate that one. */
function keepingOff(node: Node, spec: PodSpec, role: Role): Taint[] {
    const startup = (node.spec.taints ?? []).filter(
        (taint) => role === "plugin" && taint.key === STARTUP_TAINT_KEY && !isTolerated(taint, spec.tolerations),
    );
    return [...lastingTaints(node, spec), ...startup];
}

/**
 * A taint that came later lets the pods on the node stay, unless its effect is NoExecute. AESM is what a quote helper
 * is for: one that waits for a proof (CA-Q17) runs.
 */
function isReadyOn(node: Node, { metadata: { uid } }: DaemonSet, role: Role, view: View): boolean {
    return view
        .onNode(node, role)
        .some(
            (pod) =>
                (role === "helper" ? hasReadyAesm(pod) : isTrue(pod, "Ready")) &&
                pod.metadata.deletionTimestamp === undefined &&
                controllerOf(pod.metadata)?.uid === uid,
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
        .filter(wantsPods)
        .flatMap((subject): Seen[] => {
            const { place, template, pods } = subject;
            const taint = repelledBy(template.spec, view);
            if (taint === undefined) return [];
            const pending = pods.filter((pod) => isLive(pod) && pod.spec.nodeName === undefined);
            const awaiting = pending.flatMap((pod) => awaited(view, pod) ?? []);
            if (pending.length > 0 && awaiting.length === pending.length) return awaiting.slice(0, 1);
            const runs = pending.length === 0 && hasItsPods(subject);
            const places = pending.map(({ metadata }) => placeOf("Pod", metadata));
            return [
                {
                    reason: "workload-not-tolerating",
                    severity: runs ? ("warning" as const) : ("problem" as const),
                    seen: `every SGX node has a taint that the pods do not tolerate, such as ${taintText(taint)}${runs ? ": pods that run stay, and new ones have no node" : ""}`,
                    where: place.kind === "Pod" ? [place] : [place, ...places],
                    fix: `give the pods the toleration ${tolerationOf(taint)} (withAttestation writes the one of this package's pools); where no pool sets the taint, \`kubectl taint nodes NODE ${taint.key}-\` takes it off`,
                },
            ];
        });
}

/** Whether no pod is missing now; a CronJob wants one only at its times. */
function hasItsPods({ kind, workload, pods }: Subject): boolean {
    const wanted = workload?.wanted ?? (kind === "CronJob" ? 0 : 1);
    return pods.filter((pod) => isLive(pod) && pod.metadata.deletionTimestamp === undefined).length >= wanted;
}

/** Not one that is scaled to 0, nor a Job or pod that has ended. */
function wantsPods({ kind, workload, pods }: Subject): boolean {
    if (workload === undefined) return pods.some(isLive);
    return workload.wanted !== 0 && !(kind === "Job" && !pods.some(isLive));
}

/** A taint of one of the nodes, where each has one. */
function repelledBy(spec: PodSpec, view: View): Taint | undefined {
    if (!asksForSgx(spec)) return undefined;
    const taints = view.sgxNodes.filter((node) => isSelected(spec, node)).map((node) => lastingTaints(node, spec));
    return taints.some((each) => each.length === 0) ? undefined : taints.flat()[0];
}
