import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

/**
 * Prefix of the resources by which a pod may ask for a device of a DeviceClass since Kubernetes 1.36 (dynamic resource
 * allocation).
 */
const prefix = "deviceclass.resource.kubernetes.io/";
const none = (kind: "limits" | "requests") =>
    `(!has(c.resources.${kind}) || c.resources.${kind}.all(r, !r.startsWith(${celText(prefix)})))`;

/** The rule looks at requests as well, because Kubernetes accepts a request for this resource without a limit. */
export const deviceClass: GuardRule = {
    id: "device-class",
    about: RuleSubject.container,
    holds: `(!has(c.resources) || (${none("limits")} && ${none("requests")}))`,
    says: `asks for a DeviceClass by its name, which may hand out any device of the node; remove the resources that begin with ${prefix}`,
};
