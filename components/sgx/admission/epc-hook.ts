import { EPC_RESOURCE } from "../resources";
import { celText, celTexts } from "./cel";
import { fieldOr } from "./terms";

/** The name of the node, which tokens that are bound to a pod have since Kubernetes 1.30. */
const nodeOfToken = "authentication.kubernetes.io/node-name";

/**
 * Whether two values have the same fields, except for those named. As `dyn`, so that every field counts, including
 * fields that a newer version of Kubernetes adds.
 */
function same(one: string, other: string, except: readonly string[]): string {
    const [a, b] = [`dyn(${one})`, `dyn(${other})`];
    const skipped = `k in ${celTexts(except)}`;
    return `(${a}.all(k, ${skipped} || (k in ${b} && ${a}[k] == ${b}[k])) && ${b}.all(k, ${skipped} || k in ${a}))`;
}

const capacityOf = (object: string) => fieldOr(`${object}.status`, "capacity", "{}");

/**
 * Whether nothing of the node differs but its capacity of EPC. The API server itself maintains the managed fields.
 */
const onlyEpcDiffers = [
    same("object", "oldObject", ["metadata", "status"]),
    same("object.metadata", "oldObject.metadata", ["managedFields"]),
    same("object.status", "oldObject.status", ["capacity"]),
    same(capacityOf("object"), capacityOf("oldObject"), [EPC_RESOURCE]),
].join(" && ");

/** Whether a request comes from a ServiceAccount. */
export function isServiceAccount(namespace: string, name: string): string {
    return `request.userInfo.username == ${celText(`system:serviceaccount:${namespace}:${name}`)}`;
}

/** The validations of a change of `nodes/status` by Intel's EPC hook. */
export const epcHookExpressions = {
    variables: [
        {
            name: "node",
            expression:
                `has(request.userInfo.extra) && ${celText(nodeOfToken)} in request.userInfo.extra ? ` +
                `request.userInfo.extra[${celText(nodeOfToken)}] : []`,
        },
    ],
    validations: [
        {
            expression: "variables.node == [object.metadata.name]",
            message:
                "the EPC hook may change only the node that its pod runs on, to which its token is bound (own-node)",
            reason: "Forbidden",
        },
        {
            expression: onlyEpcDiffers,
            message: `the EPC hook may change only the capacity of ${EPC_RESOURCE} in the status of its node (only-epc)`,
            reason: "Forbidden",
        },
    ],
};
