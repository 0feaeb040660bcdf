import { STARTUP_TAINT_KEY } from "../nodes";
import { EPC_RESOURCE } from "../resources";
import { celText, celValue } from "./cel";

/*
 * The mutation that taints a new enclave node until its EPC is there. A request on `nodes/status`, which is how EPC
 * comes, cannot change taints: the API server drops changes of `spec` there. So the policy removes an annotation in
 * that request, which Kubernetes' TTL controller keeps on every node; the controller writes it again by a request on
 * the node itself, and the policy removes the taint in that request.
 */

/** The annotation that the TTL controller writes after each update of a node that lacks it. */
const ttlAnnotation = "node.alpha.kubernetes.io/ttl";

const effect = "NoSchedule";
const taint = { key: STARTUP_TAINT_KEY, value: "true", effect };
const isOurs = `t.key == ${celText(taint.key)} && t.effect == ${celText(effect)}`;
const isTainted = (node: string) => `(has(${node}.spec.taints) && ${node}.spec.taints.exists(t, ${isOurs}))`;

/** Whether pods can have EPC of a node, under `object` or `oldObject`. */
function hasEpc(node: string): string {
    const allocatable = `${node}.status.allocatable`;
    const epc = `${allocatable}[${celText(EPC_RESOURCE)}]`;
    return (
        `(has(${node}.status) && has(${allocatable}) && ${celText(EPC_RESOURCE)} in ${allocatable} && ` +
        `quantity(string(${epc})).isGreaterThan(quantity("0")))`
    );
}

const isOf = (operation: string, subresource: string) =>
    `request.operation == ${celText(operation)} && ` +
    `(has(request.subResource) ? request.subResource : "") == ${celText(subresource)}`;

const mutation = (condition: string, patches: string) => ({
    patchType: "JSONPatch",
    jsonPatch: { expression: `${condition} ? ${patches} : []` },
});

const addTaint =
    `[has(object.spec.taints) ? JSONPatch{op: "add", path: "/spec/taints/-", value: ${celValue(taint)}} : ` +
    `JSONPatch{op: "add", path: "/spec/taints", value: ${celValue([taint])}}]`;

const removeAnnotation = `[JSONPatch{op: "remove", path: "/metadata/annotations/${ttlAnnotation.replace("/", "~1")}"}]`;

const removeTaint =
    `object.spec.taints.transformList(i, t, ${isOurs}, ` +
    `JSONPatch{op: "remove", path: "/spec/taints/" + string(i)})`;

const hasAnnotation = `has(object.metadata.annotations) && ${celText(ttlAnnotation)} in object.metadata.annotations`;

/** The mutations of a node's creation, of an update of its status, and of an update of the node itself. */
export const startupTaintExpressions = {
    mutations: [
        mutation(`${isOf("CREATE", "")} && !${isTainted("object")} && !${hasEpc("object")}`, addTaint),
        mutation(
            `${isOf("UPDATE", "status")} && ${isTainted("oldObject")} && ${hasEpc("object")} && ${hasAnnotation}`,
            removeAnnotation,
        ),
        mutation(`${isOf("UPDATE", "")} && ${isTainted("object")} && ${hasEpc("oldObject")}`, removeTaint),
    ],
};
