import { celText } from "./cel";
import { fieldOr, isBinding, limits, withinLimits } from "./terms";

/*
 * What the guard is asked, in CEL: a new pod, a change of one, or a Binding; and what of it the rules are asked about.
 * Pods change in many ways that are nobody's business here: kubelets write states, controllers labels and finalizers.
 * What a pod runs changes with an image or an ephemeral container, which is when Pod Security asks again as well, and
 * it begins to run when its last scheduling gate goes.
 */

/** Whether a pod is created. */
export const isCreation = `(request.operation == "CREATE" && !${isBinding})`;

const on = (subresource: string) =>
    subresource === ""
        ? `(!has(request.subResource) || request.subResource == "")`
        : `(has(request.subResource) && request.subResource == ${celText(subresource)})`;
const imagesOf = (object: string, list: string) =>
    `${fieldOr(`${object}.spec`, list, "[]")}.map(c, has(c.image) ? c.image : "")`;
// The API server refuses containers in another order before it gets here.
const hasOtherImages = ["containers", "initContainers"]
    .map((list) => `${imagesOf("object", list)} != ${imagesOf("oldObject", list)}`)
    .join(" || ");
const gatesOf = (object: string) => fieldOr(`${object}.spec`, "schedulingGates", "[]");
const losesGates = `${gatesOf("object")}.size() < ${gatesOf("oldObject")}.size()`;

/** Whether the pod is asked as a whole: it is new, or what it runs changes. */
export const isWhole =
    `(!${isBinding} && (request.operation == "CREATE" || ${on("ephemeralcontainers")} || ` +
    `(${on("")} && (${hasOtherImages} || ${losesGates}))))`;

export const volumes = fieldOr("object.spec", "volumes", "[]");
const declared = `(object.spec.containers + ${fieldOr("object.spec", "initContainers", "[]")})`;
const ephemeral = fieldOr("object.spec", "ephemeralContainers", "[]");

/** All containers of the pod, of three kinds; two types, as the API server checks expressions. */
export const containers = `(dyn(${declared}) + dyn(${ephemeral}))`;

/** Names of the volumes that are directories of the node: of a pod that breaks no rule, AESM's. */
export const socketVolumes = `${volumes}.filter(v, has(v.hostPath)).map(v, v.name)`;

export const annotations = fieldOr("object.metadata", "annotations", "{}");

/**
 * Names of the annotations that the rules are asked about, with `annotations` and `whole` as above: all, or what a
 * change brings.
 */
export const askedAnnotations =
    `[whole || ${isBinding} ? {} : ${fieldOr("oldObject.metadata", "annotations", "{}")}].map(before, ` +
    `annotations.filter(k, !(k in before) || before[k] != annotations[k]))[0]`;

/** Whether the lists of a pod that is asked as a whole are short enough. */
export const withinLists = `${ephemeral}.size() <= ${limits.ephemeralContainers} && ${withinLimits(declared, volumes)}`;
