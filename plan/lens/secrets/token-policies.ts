import { parsePolicy } from "../../../components/sgx/attestation-policy/parse.js";
import type { AttestationPolicy } from "../../../components/sgx/attestation-policy/policy.js";
import { printRule } from "../../../components/sgx/attestation-policy/print.js";
import { messageOf } from "../../../terminal/errors.js";
import type { TokenPolicy } from "../../model/access-format.js";
import type { PlanResource, PlanValue } from "../../model/format.js";
import { permittingRules } from "./enclave-rule.js";
import { ANY_ENCLAVE, ruleText } from "./enclave-words.js";
import { ATTESTATION_TYPES, isAzure, POLICY_TYPE } from "./types.js";

/** A policy as it was read; a problem where it cannot be; neither: known after the update. */
export type ReadPolicy = { policy?: AttestationPolicy; problem?: string };

/** Reads the input `policy` of a policy. */
export function readPolicy(text: PlanValue | undefined): ReadPolicy {
    if (typeof text !== "string") return {};
    try {
        return { policy: parsePolicy(text) };
    } catch (error) {
        return { problem: messageOf(error) };
    }
}

/** True for a provider of attestation that the program makes. */
function isProvider({ type }: PlanResource): boolean {
    return isAzure(type, "attestation:AttestationProvider");
}

/** Name of a provider in Azure; the logical name where that is unknown. */
export function providerName({ inputs, name }: PlanResource): string {
    return typeof inputs["providerName"] === "string" ? inputs["providerName"] : name;
}

/** The providers that a resource's unknown values may come from. */
export function providersOf(resource: PlanResource, resources: readonly PlanResource[]): PlanResource[] {
    const dependencies = new Set(resource.options.dependencies ?? []);
    const direct = resources.filter((one) => isProvider(one) && dependencies.has(one.urn));
    if (direct.length > 0) return direct;
    const parents = new Set(
        resources.filter(({ type, urn }) => type === POLICY_TYPE && dependencies.has(urn)).map(({ parent }) => parent),
    );
    return resources.filter((one) => isProvider(one) && parents.has(one.parent));
}

/** The provider that a policy is set on. */
export function providerOfPolicy(policy: PlanResource, resources: readonly PlanResource[]): PlanResource | undefined {
    const [found, ...more] = providersOf(policy, resources);
    if (found !== undefined && more.length === 0) return found;
    const siblings = resources.filter((one) => isProvider(one) && one.parent === policy.parent);
    return siblings.length === 1 ? siblings[0] : undefined;
}

/** The policies of a plan, and the types of evidence for which a provider keeps its default. */
export function tokenPolicies(resources: readonly PlanResource[]): TokenPolicy[] {
    const policies = resources.filter(({ type }) => type === POLICY_TYPE);
    const owners = new Map(policies.map((policy) => [policy, providerOfPolicy(policy, resources)]));
    const set = policies.map((policy) => toTokenPolicy(policy, owners.get(policy)));
    const defaults = resources.filter(isProvider).flatMap((provider) => {
        const own = policies.filter((policy) => owners.get(policy) === provider);
        return ATTESTATION_TYPES.filter((type) => !own.some(({ inputs }) => inputs["attestationType"] === type)).map(
            (attestationType): TokenPolicy => ({
                provider: providerName(provider),
                attestationType,
                permits: [ANY_ENCLAVE],
                denies: [],
            }),
        );
    });
    return [...set, ...defaults];
}

function toTokenPolicy(resource: PlanResource, owner: PlanResource | undefined): TokenPolicy {
    const { attestationType, attestationUrl, policy: text } = resource.inputs;
    const { policy, problem } = readPolicy(text);
    const url = typeof attestationUrl === "string" ? attestationUrl : resource.name;
    return {
        provider: owner === undefined ? url : providerName(owner),
        urn: resource.urn,
        attestationType: typeof attestationType === "string" ? attestationType : "unknown",
        ...(policy === undefined ? {} : { permits: permittingRules(policy).map(ruleText) }),
        denies: (policy?.authorizationrules ?? [])
            .filter(({ action }) => action.verb === "deny")
            .map((rule) => printRule(rule).replace(/\s+/g, " ").trim()),
        ...(problem === undefined ? {} : { problem }),
    };
}
