import { celText } from "./cel";
import { fieldOr, isBinding, limits, withinLimits } from "./terms";

/*
 * The requests that the guard checks, in CEL (a new pod, a change of a pod, a Binding), and the parts of them that its
 * rules check. Most changes of a pod do not matter here: kubelets write its status, controllers its labels and
 * finalizers. What a pod runs changes with an image or an ephemeral container, as in Pod Security, and it begins to run
 * when its last scheduling gate is removed.
 */

/** Whether a pod is created. */
export const isCreation = `(request.operation == "CREATE" && !${isBinding})`;

const on = (subresource: string) =>
    subresource === ""
        ? `(!has(request.subResource) || request.subResource == "")`
        : `(has(request.subResource) && request.subResource == ${celText(subresource)})`;
const imagesOf = (object: string, list: string) =>
    `${fieldOr(`${object}.spec`, list, "[]")}.map(c, has(c.image) ? c.image : "")`;
// The API server has refused containers in another order before it evaluates this.
const hasOtherImages = ["containers", "initContainers"]
    .map((list) => `${imagesOf("object", list)} != ${imagesOf("oldObject", list)}`)
    .join(" || ");
const gatesOf = (object: string) => fieldOr(`${object}.spec`, "schedulingGates", "[]");
const losesGates = `${gatesOf("object")}.size() < ${gatesOf("oldObject")}.size()`;

/** Whether the rules check the whole pod: it is new, or what it runs changes. */
export const isWhole =
    `(!${isBinding} && (request.operation == "CREATE" || ${on("ephemeralcontainers")} || ` +
    `(${on("")} && (${hasOtherImages} || ${losesGates}))))`;

export const volumes = fieldOr("object.spec", "volumes", "[]");
const declared = `(object.spec.containers + ${fieldOr("object.spec", "initContainers", "[]")})`;
const ephemeral = fieldOr("object.spec", "ephemeralContainers", "[]");

/** All containers of the pod, of three kinds, which have two types for the API server's type checker. */
export const containers = `(dyn(${declared}) + dyn(${ephemeral}))`;

/**
 * Names of the volumes that are directories of the node. In a pod that breaks no rule, that is AESM's directory only.
 */
export const socketVolumes = `${volumes}.filter(v, has(v.hostPath)).map(v, v.name)`;

export const annotations = fieldOr("object.metadata", "annotations", "{}");

/**
 * Names of the annotations that the rules check, with `annotations` and `whole` as above: all of them, or those that a
 * change adds or edits.
 */
export const askedAnnotations =
    `[whole || ${isBinding} ? {} : ${fieldOr("oldObject.metadata", "annotations", "{}")}].map(before, ` +
    `annotations.filter(k, !(k in before) || before[k] != annotations[k]))[0]`;

/** Whether the lists of a pod that is checked as a whole are short enough. */
export const withinLists = `${ephemeral}.size() <= ${limits.ephemeralContainers} && ${withinLimits(declared, volumes)}`;
