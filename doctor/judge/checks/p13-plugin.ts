import { ENCLAVE_RESOURCE } from "../../../components/sgx/index.js";
import type { ContainerStatus, DaemonSet, Node, Pod } from "../../model/objects.js";
import { noNodeOfAzure } from "../azure.js";
import { unusableNode, type Check, type Found, type Seen } from "../check.js";
import { describePod, lastEndOf, lastSaid, logsOf, oneLine, troubleOf, type Told } from "../containers.js";
import { gathered } from "../gather.js";
import { hookOf } from "../hooks.js";
import { labelFix, missingLabels } from "../node-labels.js";
import { isSelected } from "../placing.js";
import { isStarting, pendingPod, settling } from "../starting.js";
import { isLive, isTrue, offersNow, ownerPlace, placeOf, statusesOf, type View } from "../view.js";

/** Without its device plugin, a node offers no SGX to pods. */
export const p13: Check = {
    code: "CA-P13",
    reads: ["nodes", "pods", "daemonSets"],
    run: (view, found) => {
        if (view.sgxNodes.length === 0) return effectOf(found.cause(["CA-N08", ...noNodeOfAzure]));
        const { plugin } = view.pods;
        if (view.daemonSets.plugin.length + plugin.length === 0) {
            // Something that this check does not know may offer the devices.
            return view.sgxNodes.every((node) => offersNow(node, ENCLAVE_RESOURCE)) ? [] : [missing];
        }
        return gathered(view.sgxNodes.flatMap((node) => ofNode(node, view, found)));
    },
};

const missing: Seen = {
    reason: "plugin-missing",
    severity: "problem",
    seen: "there is no SGX device plugin in the cluster",
    where: [],
    fix: "install one: SgxDevicePlugin of this package (`pulumi up`), or the AKS add-on (`az aks enable-addons --addons confcom --resource-group GROUP --name CLUSTER`)",
};

const effectOf = (because: ReturnType<Found["cause"]>): Seen[] => (because === undefined ? [] : [{ because }]);

function ofNode(node: Node, view: View, found: Found): Seen[] {
    const pods = view.onNode(node, "plugin").filter(isLive);
    if (pods.some((pod) => isTrue(pod, "Ready"))) return [];
    const because = found.causeOn(node.metadata.name, [...unusableNode, "CA-N09", "CA-P14", "CA-P15"]);
    if (because !== undefined) return [{ because }];
    const pod = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (pod === undefined) return [settling(view, node, "plugin") ?? withoutPod(node, view)];
    const state = notReady(view, pod);
    if (state === undefined) return [pendingPod(pod)];
    return [{ ...state, severity: "problem", where: [ownerPlace(pod), placeOf("Node", node.metadata)] }];
}

/**
 * Why the plugin is not ready on its node: the first cause that is seen. Undefined while it starts. The hook is
 * CA-P14's.
 */
function notReady(view: View, pod: Pod): Told | undefined {
    const statuses = statusesOf(pod).filter(({ name }) => name !== hookOf(pod.spec)?.name);
    const trouble = troubleOf(view, pod, statuses);
    if (trouble?.kind === "not-started") {
        const { reason, seen, fix } = trouble;
        return { reason: reason === "cannot-start" ? "plugin-not-starting" : reason, seen, fix };
    }
    const ended = statuses.find(({ name }) => name === trouble?.container);
    if (ended !== undefined) return crashing(pod, ended);
    const mount = lastSaid(view, pod, "FailedMount");
    if (mount !== undefined && /hostPath type check failed: \/dev\/sgx/.test(mount)) return device;
    if (isStarting(view, pod)) return undefined;
    // One that runs again.
    const before = statuses.find((one) => (lastEndOf(one)?.exitCode ?? 0) !== 0);
    if (before !== undefined) return crashing(pod, before);
    const said = mount ?? lastSaid(view, pod, "FailedCreatePodSandBox");
    if (said !== undefined)
        return {
            reason: "plugin-not-starting",
            seen: `the device plugin's pod cannot be started: ${oneLine(said)}`,
            fix: `mend what the kubelet names: ${describePod(pod)} shows it`,
        };
    return {
        reason: "plugin-not-ready",
        seen: "the device plugin is not ready on the node",
        fix: `see ${logsOf(pod, pod.spec.containers[0]?.name ?? "", "present")}`,
    };
}

function crashing(pod: Pod, status: ContainerStatus): Told {
    const end = lastEndOf(status);
    const how =
        end === undefined ? "" : ` (exit code ${end.exitCode}${end.reason === undefined ? "" : `, ${end.reason}`})`;
    return {
        reason: "plugin-crashing",
        seen: `the device plugin's container ${status.name} ends again and again${how}`,
        fix: `its log says why: ${logsOf(pod, status.name, "previous")}`,
    };
}

/** The kubelet checks the type of what the plugin mounts, which is a device. */
const device: Told = {
    reason: "no-device",
    seen: "the node has no device /dev/sgx_enclave or /dev/sgx_provision: its kernel has no SGX driver, or its processor no SGX",
    fix: "use nodes of a DCsv3 or DCdsv3 size with Ubuntu 22.04 or 24.04, whose kernels have the driver",
};

/** No pod is on the node: no DaemonSet is for it, or its pod is not scheduled, or not made. */
function withoutPod(node: Node, view: View): Seen {
    const { plugin } = view.daemonSets;
    const daemonSet = plugin.find(({ spec }) => isSelected(spec.template.spec, node)) ?? plugin[0];
    const where = [
        ...(daemonSet === undefined ? [] : [placeOf("DaemonSet", daemonSet.metadata)]),
        placeOf("Node", node.metadata),
    ];
    const of = { reason: "plugin-not-scheduled", severity: "problem", where } as const;
    if (daemonSet === undefined || !isSelected(daemonSet.spec.template.spec, node)) {
        const labels = daemonSet === undefined ? [] : missingLabels(node, daemonSet);
        const lacks = labels.map((label) => `the label ${label}`).join(" and ");
        return {
            ...of,
            seen: `no device plugin selects the node${lacks === "" ? ": its node selector or affinity leaves it out" : `, which lacks ${lacks}`}`,
            fix:
                daemonSet === undefined
                    ? "correct the node selector and affinity of the device plugin's pods"
                    : labelFix(node, daemonSet),
        };
    }
    const { namespace = "", name } = daemonSet.metadata;
    const said = unscheduled(node, daemonSet, view);
    return {
        ...of,
        seen:
            said === undefined
                ? "the device plugin has no pod on the node"
                : `the device plugin has no pod on the node: ${said}`,
        fix: `mend what the message says; see \`kubectl describe daemonset -n ${namespace} ${name}\``,
    };
}

/** What scheduler or controller says of the pod that is not there. */
function unscheduled(node: Node, { metadata }: DaemonSet, view: View): string | undefined {
    const waiting = view.pods.plugin.find(
        ({ spec, metadata: pod }) =>
            spec.nodeName === undefined &&
            isSelected(spec, node) &&
            pod.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true,
    );
    const events = [
        ...(waiting === undefined ? [] : view.events("Pod", waiting.metadata)),
        ...view.events("DaemonSet", metadata),
    ].filter(({ reason }) => reason === "FailedScheduling" || reason === "FailedCreate");
    const condition = waiting?.status.conditions?.find(
        ({ type, status }) => type === "PodScheduled" && status === "False",
    );
    return condition?.message ?? events.at(-1)?.message;
}
