import { EPC_RESOURCE, parseQuantity, podRequests } from "../../components/sgx/index.js";
import type { Pod } from "../model/objects.js";
import type { EpcOwner, Finding, NodeRow } from "../model/report.js";
import { verdictsOf } from "./verdicts.js";
import { AGENT_POOL_LABEL, INSTANCE_TYPE_LABEL, isLive, isTrue, type View } from "./view.js";

/** A row for each SGX node. */
export function nodeRows(view: View, findings: readonly Finding[]): NodeRow[] {
    const verdicts = verdictsOf(view);
    return view.sgxNodes.map((node) => {
        const { name, labels = {} } = node.metadata;
        const epcBytes = parseQuantity(node.status.allocatable?.[EPC_RESOURCE] ?? "0");
        const [proof] = verdicts.filter((each) => each.node === name);
        return {
            name,
            pool: labels[AGENT_POOL_LABEL] ?? "",
            vmSize: labels[INSTANCE_TYPE_LABEL] ?? "",
            ready: isTrue(node, "Ready"),
            plugin: stateOf(view.onNode(node, "plugin")),
            aesm: stateOf(view.onNode(node, "helper")),
            ...(epcBytes === undefined || epcBytes === 0 ? {} : { epcBytes }),
            owners: ownersOf(view.podsOn(node)),
            ...(proof === undefined ? {} : { proof: { verdict: proof.verdict, at: proof.at } }),
            codes: [
                ...new Set(
                    findings
                        .filter(({ where }) => where.some((place) => place.kind === "Node" && place.name === name))
                        .map(({ code }) => code),
                ),
            ],
        };
    });
}

function stateOf(pods: readonly Pod[]): NodeRow["plugin"] {
    if (pods.length === 0) return "none";
    return pods.some((pod) => isTrue(pod, "Ready")) ? "ready" : "not ready";
}

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
