import { isPlainObject } from "../../components/problems/index.js";
import { createHash } from "node:crypto";
import { isKubernetesObject } from "../model/urn.js";
import { canonicalJson, type WireObject } from "../model/wire.js";

/**
 * The name a Kubernetes object without one gets: as the provider makes it, with a hash of the inputs in place of the
 * random suffix, so that the same program always gives the same plan. Undefined if the object is named.
 */
export function autoname(type: string, name: string, inputs: WireObject): string | undefined {
    if (!isKubernetesObject(type) || /(List|Patch)$/.test(type)) return undefined;
    const metadata = inputs["metadata"] ?? {};
    if (!isPlainObject(metadata)) return undefined;
    if (metadata["name"] !== undefined || metadata["generateName"] !== undefined) return undefined;
    const hash = createHash("sha256")
        .update(canonicalJson([type, name, inputs]))
        .digest("hex")
        .slice(0, 8);
    return `${name}-${hash}`;
}
