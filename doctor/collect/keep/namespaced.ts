import type { EgressPeer, EgressPort, NetworkPolicy } from "../../model/network-policy.js";
import type { LimitRange, Namespace, ResourceQuota } from "../../model/objects.js";
import { keepMeta, keepSelector, noMeta } from "./meta.js";
import { amounts, isRaw, list, number, object, or, text, texts, under, type Keep, type Raw } from "./shape.js";

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

export function keepResourceQuota(raw: Raw): ResourceQuota {
    const status = under(raw, "status");
    // Until the controller has counted, the limits stand in the spec only.
    const hard = isRaw(status.hard) ? status.hard : under(raw, "spec").hard;
    return { metadata: keepMeta(raw.metadata) ?? noMeta, hard: amounts(hard) ?? {}, used: amounts(status.used) ?? {} };
}

const limits = list(
    object<LimitRange["limits"][number]>({ type: or(text, ""), max: amounts, min: amounts, default: amounts }),
);

export function keepLimitRange(raw: Raw): LimitRange {
    return { metadata: keepMeta(raw.metadata) ?? noMeta, limits: limits(under(raw, "spec").limits) ?? [] };
}
