import type { Node } from "../model/objects.js";
import type { Place } from "../model/report.js";
import { placeOf, type View } from "./view.js";

/** A node, and the device plugin's pod there: `restartPlugin` names it. */
export function withPlugin(node: Node, view: View): Place[] {
    const [pod] = view.onNode(node, "plugin");
    return [placeOf("Node", node.metadata), ...(pod === undefined ? [] : [placeOf("Pod", pod.metadata)])];
}

/** How to restart the device plugin of a node. */
export function restartPlugin(node: Node, view: View): string {
    const [pod] = view.onNode(node, "plugin");
    if (pod === undefined) return "restart the device plugin's pod on that node, and look at its log";
    const { namespace = "", name } = pod.metadata;
    return `\`kubectl delete pod -n ${namespace} ${name}\` (its DaemonSet makes a new one), and look at the new one's log`;
}
