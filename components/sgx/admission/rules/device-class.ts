import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

/**
 * Beginning of the resource under which the pods of Kubernetes 1.36 may ask for a device of a DeviceClass (dynamic
 * resource allocation).
 */
const prefix = "deviceclass.resource.kubernetes.io/";
const none = (kind: "limits" | "requests") =>
    `(!has(c.resources.${kind}) || c.resources.${kind}.all(r, !r.startsWith(${celText(prefix)})))`;

/** Looks at requests as well: Kubernetes lets this resource be requested without a limit. */
export const deviceClass: GuardRule = {
    id: "device-class",
    about: RuleSubject.container,
    holds: `(!has(c.resources) || (${none("limits")} && ${none("requests")}))`,
    says: `asks for a DeviceClass by its name, which may hand out any device of the node; remove the resources that begin with ${prefix}`,
};
