import { podRequests } from "../../components/sgx/index.js";
import type { Pod } from "../model/objects.js";
import type { EpcOwner } from "../model/report.js";
import { isLive } from "./view.js";

/** The pods that take EPC of a node, the largest share first. */
export function ownersOf(pods: readonly Pod[]): EpcOwner[] {
    return pods
        .filter(isLive)
        .map(({ metadata, spec }) => ({
            namespace: metadata.namespace ?? "",
            name: metadata.name,
            bytes: podRequests(spec).epc ?? 0,
        }))
        .filter(({ bytes }) => bytes > 0)
        .sort((one, other) => other.bytes - one.bytes || one.name.localeCompare(other.name));
}
