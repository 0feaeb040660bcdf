import type { NetworkPolicy } from "../../model/network-policy.js";
import type { Pod } from "../../model/objects.js";
import type { Place } from "../../model/report.js";
import { azureOf, clusterFlags } from "../azure.js";
import type { Check, Seen } from "../check.js";
import { AZURE_HOST, lets, type Destination } from "../egress.js";
import { gathered } from "../gather.js";
import { needsHelper } from "../nothing.js";
import { matchesLabels } from "../placing.js";
import { isLive, placeOf, type View } from "../view.js";

const host: Destination = { address: AZURE_HOST, protocol: "TCP", port: 80 };
const cache: Destination = { protocol: "TCP", port: 443 };
const names: Destination = { protocol: "UDP", port: 53 };

/**
 * AESM has the certificates of its processor from the host that it runs on, and other collateral from there or from
 * Azure's public cache (https://learn.microsoft.com/azure/security/fundamentals/trusted-hardware-identity-management).
 */
export const a05: Check = {
    code: "CA-A05",
    reads: ["pods", "networkPolicies"],
    needs: needsHelper,
    run: (view) => {
        // The network of the host is not restricted by what restricts pods.
        const helpers = view.pods.helper.filter((pod) => isLive(pod) && pod.spec.hostNetwork !== true);
        const denied = enforcesNone(view) ? [] : gathered(helpers.flatMap((pod) => byPolicies(view, pod)));
        return helpers.length === 0 ? [] : [...denied, ...byAzure(view)];
    },
};

/** Azure says that the cluster has no engine for NetworkPolicies; without AKS's own network one may be there. */
function enforcesNone(view: View): boolean {
    const { cluster } = azureOf(view);
    return cluster?.networkPolicy === "none" && cluster.networkPlugin !== "none";
}

function byPolicies(view: View, pod: Pod): Seen[] {
    const policies = view.snapshot.objects.networkPolicies.filter((policy) => restricts(policy, pod));
    if (policies.length === 0) return [];
    const isOpen = (destination: Destination) => policies.some((policy) => lets(policy, destination));
    const reachesCache = isOpen(cache) && isOpen(names);
    if (isOpen(host) && reachesCache) return [];
    const where: Place[] = policies.map(({ metadata }) => placeOf("NetworkPolicy", metadata));
    if (pod.spec.nodeName !== undefined) where.push({ kind: "Node", name: pod.spec.nodeName });
    const missing = [
        ...(isOpen(host) ? [] : [`the Azure host (${AZURE_HOST}, port 80)`]),
        ...(reachesCache ? [] : ["Azure's public cache (HTTPS, and the names to find it)"]),
    ];
    return [
        {
            reason: "network-policy",
            // One way may be enough: what az-dcap-client does without the host is not confirmed.
            severity: isOpen(host) || reachesCache ? "warning" : "problem",
            seen: `NetworkPolicies keep the quote helper from ${missing.join(" and from ")}, where collateral of quotes comes from`,
            where,
            fix: `allow its pods egress to ${AZURE_HOST}/32 on TCP port 80, to TCP port 443, and to port 53: one more NetworkPolicy that allows it is enough`,
        },
    ];
}

/** Whether a policy says what a pod may connect to; without types it does when it has rules for it. */
function restricts({ metadata, spec }: NetworkPolicy, pod: Pod): boolean {
    const { podSelector, egress, policyTypes = egress === undefined ? [] : ["Egress"] } = spec;
    return (
        metadata.namespace === pod.metadata.namespace &&
        policyTypes.includes("Egress") &&
        matchesLabels(podSelector, pod.metadata.labels)
    );
}

function byAzure(view: View): Seen[] {
    const { imdsRestriction, outboundType } = azureOf(view).cluster ?? {};
    const seen: Seen[] = [];
    if (imdsRestriction === "enabled")
        seen.push({
            reason: "imds-restriction",
            severity: "warning",
            seen: `the cluster closes ${AZURE_HOST} to pods that are not on the host's network, and the quote helper may need it for the certificates of its processor`,
            where: [],
            fix: `prove it with the sample; where quotes fail, lift the restriction, and upgrade the node images: \`az aks update --disable-imds-restriction ${clusterFlags(view, "--name")}\`, which is in Azure CLI's extension aks-preview (\`az extension add --name aks-preview\`), then \`az aks nodepool upgrade ${clusterFlags(view, "--cluster-name")} --name POOL --node-image-only\``,
        });
    if (outboundType === "none" || outboundType === "block")
        seen.push({
            reason: "no-outbound",
            severity: "warning",
            seen: `the cluster's outbound type is ${outboundType}: pods may not reach Azure's public cache of collateral`,
            where: [],
            fix: "let the cluster's network reach the addresses that `pulumi stack output egress` names, or prove with the sample that the Azure host is enough",
        });
    return seen;
}
