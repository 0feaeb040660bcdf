import type { Pod } from "../../model/objects.js";
import { ownerOf } from "../attesting.js";
import { ofEach, unusableNode, type Check, type Found, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { roomFor } from "../node-proofs.js";
import { isStarting, pendingPod, settling } from "../starting.js";
import { controllerOf, isLive, isTrue, placeOf, statusesOf, type View } from "../view.js";

const ours = "sgx.intel.com/";

/** A pod that the kubelet refused longer ago says nothing about today. */
const recentHours = 24;

/** What the kubelet says of the devices that pods have, or did not get. */
export const p16: Check = {
    code: "CA-P16",
    reads: ["pods"],
    run: (view, found) => {
        const pods = [...view.pods.helper, ...view.pods.workload];
        return gathered(ofEach(pods, (pod) => unhealthy(pod, view, found) ?? refused(pod, view, found)));
    },
};

const causes = [...unusableNode, "CA-P13", "CA-P14", "CA-P15", "CA-N11", "CA-N10"] as const;

/** The health of devices, which kubelets report from Kubernetes 1.36 on (KEP-4680). */
function unhealthy(pod: Pod, view: View, found: Found): Seen | undefined {
    const devices = statusesOf(pod)
        .flatMap(({ allocatedResourcesStatus = [] }) => allocatedResourcesStatus)
        .filter(({ name, resources = [] }) => name.startsWith(ours) && resources.some(isUnhealthy));
    const [device] = devices;
    if (device === undefined || !isLive(pod)) return undefined;
    const because = found.causeOn(pod.spec.nodeName, causes);
    if (because !== undefined) return { because };
    // While its device plugin is replaced, a kubelet reports the devices so.
    const node = view.node(pod.spec.nodeName);
    const pending = node === undefined ? undefined : settling(view, node, "plugin");
    if (pending !== undefined) return pending;
    return {
        reason: "device-unhealthy",
        severity: "problem",
        seen: `the kubelet reports the pod's ${device.name} as unhealthy: the device is gone from the node, or its device plugin is`,
        where: [placeOf("Pod", pod.metadata), placeOf("Node", { name: pod.spec.nodeName ?? "" })],
        fix: `see on the node whether /dev/sgx_enclave and /dev/sgx_provision are there; reboot or replace the node (\`kubectl drain --ignore-daemonsets --delete-emptydir-data ${pod.spec.nodeName ?? ""}\`) if not, and delete the pod`,
    };
}

const isUnhealthy = ({ health }: { health?: string }) => health === "Unhealthy";

/** Why a kubelet refuses a pod that has been bound to its node, as after a reboot, before the devices are back. */
const refusals = /^(UnexpectedAdmissionError|OutOf.*)$/;

function refused(pod: Pod, view: View, found: Found): Seen | undefined {
    const { metadata, spec, status } = pod;
    const { phase, reason = "", message = "" } = status;
    if (phase !== "Failed" || !refusals.test(reason) || !message.includes(ours)) return undefined;
    const at = Date.parse(status.startTime ?? metadata.creationTimestamp ?? "");
    if (view.now - at > recentHours * 3_600_000) return undefined;
    const because = found.causeOn(spec.nodeName, causes);
    if (because !== undefined) return { because };
    const owner = controllerOf(metadata);
    if (owner !== undefined && isReplaced(pod, view)) return undefined;
    if (owner !== undefined && isStarting(view, pod)) return pendingPod(pod);
    return {
        reason: "admission-error",
        severity: owner !== undefined ? "warning" : "problem",
        seen: `the kubelet refused the pod (${reason}: ${message.replace(/^Pod was rejected: /, "")}), and never tries again`,
        where: [placeOf("Pod", metadata)],
        fix: `\`kubectl delete pod -n ${metadata.namespace ?? ""} ${metadata.name}\`${owner !== undefined ? " (its controller makes another one)" : ", and create it again"}`,
    };
}

/**
 * What it is of has another pod that is well, or starts, maybe by another ReplicaSet: what is left of this one is a
 * trace.
 */
function isReplaced(refusedPod: Pod, view: View): boolean {
    const owner = JSON.stringify(ownerOf(refusedPod));
    return [...view.pods.helper, ...view.pods.workload].some((pod) => {
        if (JSON.stringify(ownerOf(pod)) !== owner) return false;
        if (pod.status.phase === "Succeeded" || isTrue(pod, "Ready")) return true;
        return pod !== refusedPod && isLive(pod) && (isStarting(view, pod) || roomFor(view, pod) !== undefined);
    });
}
