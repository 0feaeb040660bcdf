import { Netmask } from "netmask";
import type { EgressPeer, EgressPort, NetworkPolicy } from "../model/network-policy.js";

/** Where each host of Azure answers its machines. */
export const AZURE_HOST = "169.254.169.254";

/** What a pod wants to reach; without an address: something on the internet. */
export interface Destination {
    address?: string;
    protocol: "TCP" | "UDP";
    port: number;
}

/** Whether a policy lets the pods that it selects connect there; of several policies, one that does is enough. */
export function lets({ spec: { egress = [] } }: NetworkPolicy, destination: Destination): boolean {
    return egress.some(
        ({ to = [], ports = [] }) =>
            (ports.length === 0 || ports.some((port) => isPort(port, destination))) &&
            (to.length === 0 || to.some((peer) => isPeer(peer, destination))),
    );
}

/** A port, or a range of them; a named one is not known of what is no pod. */
function isPort({ protocol = "TCP", port, endPort }: EgressPort, wanted: Destination): boolean {
    if (protocol !== wanted.protocol) return false;
    if (port === undefined) return true;
    return typeof port === "number" && wanted.port >= port && wanted.port <= (endPort ?? port);
}

/**
 * A block of addresses that has the address; for the internet, and for what may be anywhere, any block and any pods may
 * be right.
 */
function isPeer({ ipBlock, namespaceSelector, podSelector }: EgressPeer, { address, port }: Destination): boolean {
    const resolves = port === 53;
    if (ipBlock === undefined) return resolves && (namespaceSelector !== undefined || podSelector !== undefined);
    if (address === undefined) return resolves || !isPrivate(ipBlock.cidr);
    return contains(ipBlock.cidr, address) && !(ipBlock.except ?? []).some((cidr) => contains(cidr, address));
}

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"];

function isPrivate(cidr: string): boolean {
    return privateRanges.some((range) => contains(range, cidr));
}

/** Whether a block has an address, or another block; of IPv6 addresses nothing is known. */
function contains(cidr: string, other: string): boolean {
    try {
        return new Netmask(cidr).contains(other);
    } catch {
        return false;
    }
}
