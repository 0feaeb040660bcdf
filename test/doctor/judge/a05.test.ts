import { describe, expect, test } from "vitest";
import type { NetworkPolicy } from "../../../doctor/model/network-policy";
import { onAzure, type AzureParts } from "../support/azure";
import { found, healthy, resultOf } from "../support/cluster";

type Spec = NetworkPolicy["spec"];
type Egress = NonNullable<Spec["egress"]>;

const tcp = (port: number) => ({ protocol: "TCP", port });
const dns = { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] };
const https = { ports: [tcp(443)] };
const host = { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [tcp(80)] };

function policy(name: string, spec: Spec, namespace = "sgx-quote-helper"): NetworkPolicy {
    return { metadata: { name, namespace, uid: `uid-${name}` }, spec };
}

const allowing = (...egress: Egress): NetworkPolicy =>
    policy("own", { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress });
const withPolicies = (...policies: NetworkPolicy[]) =>
    healthy(2, ({ networkPolicies }) => {
        networkPolicies.push(...policies);
    });
const finding = (...policies: NetworkPolicy[]) => resultOf(withPolicies(...policies), "CA-A05").findings;

describe("NetworkPolicies, which need no --azure:", () => {
    test("none at all, and this package's own, let all through", () => {
        expect(resultOf(healthy(), "CA-A05").result).toBe("ok");
        expect(finding(allowing(dns, https, host))).toEqual([]);
    });

    test("one that allows nothing is a problem, on all nodes of the quote helper", () => {
        const none = policy("none", { podSelector: {}, policyTypes: ["Egress"], egress: [] });
        expect(found(withPolicies(none))).toEqual(["CA-A05 network-policy"]);
        expect(finding(none)).toMatchObject([
            {
                severity: "problem",
                seen: expect.stringContaining("169.254.169.254") as string,
                where: [
                    { kind: "NetworkPolicy", namespace: "sgx-quote-helper", name: "none" },
                    { kind: "Node", name: "aks-enclave-0" },
                    { kind: "Node", name: "aks-enclave-1" },
                ],
            },
        ]);
    });

    test("what one of them allows is allowed, whatever the others say", () => {
        const none = policy("none", { podSelector: {}, policyTypes: ["Egress"], egress: [] });
        expect(finding(none, allowing(dns, https, host))).toEqual([]);
    });

    test.each<[string, Egress, "problem" | "warning"]>([
        ["without the Azure host", [dns, https], "warning"],
        ["without HTTPS", [dns, host], "warning"],
        ["without names", [https, host], "warning"],
        ["with another port of the host", [dns, https, { ...host, ports: [tcp(8080)] }], "warning"],
        ["with another protocol", [dns, https, { ...host, ports: [{ protocol: "UDP", port: 80 }] }], "warning"],
        [
            "with an exception for the host",
            [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }] }],
            "warning",
        ],
        ["with pods only", [{ to: [{ namespaceSelector: {} }] }], "problem"],
        [
            "with HTTPS to private addresses only",
            [dns, host, { to: [{ ipBlock: { cidr: "10.1.0.0/16" } }], ports: [tcp(443)] }],
            "warning",
        ],
        ["with a named port", [dns, https, { ...host, ports: [{ protocol: "TCP", port: "http" }] }], "warning"],
    ])("%s: %s severity", (_, egress, severity) => {
        expect(finding(allowing(...egress))).toMatchObject([{ reason: "network-policy", severity }]);
    });

    test.each<[string, Egress]>([
        ["everything", [{}]],
        ["every address", [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }]],
        ["ranges of ports", [{ ports: [{ protocol: "TCP", port: 1, endPort: 1000 }] }, dns]],
        ["names of the cluster's resolver", [{ to: [{ podSelector: {} }], ports: dns.ports }, https, host]],
        [
            "the public cache by its addresses",
            [dns, host, { to: [{ ipBlock: { cidr: "20.0.0.0/8" } }], ports: [tcp(443)] }],
        ],
    ])("%s is enough", (_, egress) => {
        expect(finding(allowing(...egress))).toEqual([]);
    });

    test("one of other pods, of another namespace, or for ingress only does not count", () => {
        expect(
            finding(
                policy("others", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"], egress: [] }),
                policy("elsewhere", { podSelector: {}, policyTypes: ["Egress"], egress: [] }, "shop"),
                policy("ingress", { podSelector: {}, policyTypes: ["Ingress"] }),
            ),
        ).toEqual([]);
    });

    test.each([
        ["none", "azure", 0],
        ["none", "none", 1],
        ["cilium", "azure", 1],
    ])("with the engine %s and the network %s that Azure names: %i findings", (networkPolicy, networkPlugin, count) => {
        const snapshot = onAzure(({ cluster, objects }) => {
            Object.assign(cluster, { networkPolicy, networkPlugin });
            objects.networkPolicies.push(policy("none", { podSelector: {}, policyTypes: ["Egress"], egress: [] }));
        });
        expect(resultOf(snapshot, "CA-A05").findings).toHaveLength(count);
    });

    test("pods on the host's network are not restricted", () => {
        const snapshot = healthy(1, ({ pods, networkPolicies }) => {
            for (const pod of pods) pod.spec = { ...pod.spec, hostNetwork: true };
            networkPolicies.push(policy("none", { podSelector: {}, policyTypes: ["Egress"], egress: [] }));
        });
        expect(resultOf(snapshot, "CA-A05").findings).toEqual([]);
    });
});

describe("Azure's network:", () => {
    const azureFinding = (change: (parts: AzureParts) => void) => resultOf(onAzure(change), "CA-A05").findings;

    test("as it is by default it lets all through", () => {
        expect(resultOf(onAzure(), "CA-A05").result).toBe("ok");
    });

    test("with IMDS closed to pods it may be that quotes fail", () => {
        expect(
            azureFinding(({ cluster }) => {
                cluster.imdsRestriction = "enabled";
            }),
        ).toMatchObject([{ reason: "imds-restriction", severity: "warning" }]);
    });

    test.each(["none", "block"])("without a way out (%s) the public cache may be out of reach", (outboundType) => {
        expect(
            azureFinding(({ cluster }) => {
                cluster.outboundType = outboundType;
            }),
        ).toMatchObject([{ reason: "no-outbound", severity: "warning" }]);
    });
});
