import type { EgressPeer, EgressPort, NetworkPolicy } from "../../model/network-policy.js";
import type { Namespace } from "../../model/objects.js";
import { keepMeta, keepSelector, noMeta } from "./meta.js";
import { list, number, object, or, text, texts, type Keep, type Raw } from "./shape.js";

export function keepNamespace(raw: Raw): Namespace {
    return { metadata: keepMeta(raw.metadata) ?? noMeta };
}

const port: Keep<number | string> = (raw) => number(raw) ?? text(raw);

const networkPolicySpec = object<NetworkPolicy["spec"]>({
    podSelector: keepSelector,
    policyTypes: texts,
    egress: list(
        object<NonNullable<NetworkPolicy["spec"]["egress"]>[number]>({
            to: list(
                object<EgressPeer>({
                    ipBlock: object<NonNullable<EgressPeer["ipBlock"]>>({ cidr: or(text, ""), except: texts }),
                    namespaceSelector: keepSelector,
                    podSelector: keepSelector,
                }),
            ),
            ports: list(object<EgressPort>({ protocol: text, port, endPort: number })),
        }),
    ),
});

export function keepNetworkPolicy(raw: Raw): NetworkPolicy {
    return { metadata: keepMeta(raw.metadata) ?? noMeta, spec: networkPolicySpec(raw.spec) ?? {} };
}
