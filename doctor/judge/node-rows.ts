import { EPC_RESOURCE, parseQuantity } from "../../components/sgx/index.js";
import type { Pod } from "../model/objects.js";
import type { Finding, NodeRow } from "../model/report.js";
import { hasReadyAesm } from "./helper-pods.js";
import { roomOf } from "./node-proofs.js";
import { ownersOf } from "./owners.js";
import { verdictsOf } from "./verdicts.js";
import { AGENT_POOL_LABEL, INSTANCE_TYPE_LABEL, isTrue, type View } from "./view.js";

/** A row for each SGX node. */
export function nodeRows(view: View, findings: readonly Finding[]): NodeRow[] {
    const verdicts = verdictsOf(view);
    return view.sgxNodes.map((node) => {
        const { name, labels = {} } = node.metadata;
        const epcBytes = parseQuantity(node.status.allocatable?.[EPC_RESOURCE] ?? "0");
        const [proof] = verdicts.filter((each) => each.node === name);
        const room = roomOf(view, node);
        return {
            name,
            pool: labels[AGENT_POOL_LABEL] ?? "",
            vmSize: labels[INSTANCE_TYPE_LABEL] ?? "",
            ready: isTrue(node, "Ready"),
            plugin: stateOf(view.onNode(node, "plugin"), (pod) => isTrue(pod, "Ready")),
            aesm: stateOf(view.onNode(node, "helper"), hasReadyAesm),
            ...(epcBytes === undefined || epcBytes === 0 ? {} : { epcBytes }),
            owners: ownersOf(view.podsOn(node)),
            ...(proof === undefined ? {} : { proof: { verdict: proof.verdict, at: proof.at } }),
            ...(room === undefined ? {} : { proofWaits: room }),
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

function stateOf(pods: readonly Pod[], isReady: (pod: Pod) => boolean): NodeRow["plugin"] {
    if (pods.length === 0) return "none";
    return pods.some(isReady) ? "ready" : "not ready";
}
