import type { AttestationPolicy, Rule } from "../../../components/sgx/attestation-policy/policy.js";
import { printPolicy, printRule } from "../../../components/sgx/attestation-policy/print.js";
import { permittingRules } from "../../lens/secrets/enclave-rule.js";
import { enclaveChanges } from "./enclave-changes.js";
import { narrows, unsure, widens, type Finding } from "./finding.js";

const TCB = "x-ms-sgx-tcbidentifier";

/** What changes between two policies, by what they mean. */
export function policyChanges(before: AttestationPolicy, after: AttestationPolicy): Finding[] {
    if (printPolicy(before) === printPolicy(after))
        return [narrows("only the text of the policy changes, not what it says")];
    const found = [
        ...addedClaims(before, after),
        ...enclaveChanges(permittingRules(before), permittingRules(after), "a token"),
        ...denials(before, after),
        ...configuration(before, after),
        ...issued(before, after),
    ];
    return found.length === 0 ? [narrows("the policy says the same in other words")] : found;
}

/** Rules that make claims for later rules: what those mean depends on them. */
function addedClaims(before: AttestationPolicy, after: AttestationPolicy): Finding[] {
    const added = ({ authorizationrules }: AttestationPolicy) =>
        texts(authorizationrules.filter(({ action }) => action.verb === "add")).join(" ");
    return added(before) === added(after) ? [] : [unsure(`claims that the policy adds change: ${added(after)}`)];
}

function denials(before: AttestationPolicy, after: AttestationPolicy): Finding[] {
    const denying = ({ authorizationrules }: AttestationPolicy) =>
        texts(authorizationrules.filter(({ action }) => action.verb === "deny"));
    const [old, now] = [denying(before), denying(after)];
    return [
        ...old.filter((rule) => !now.includes(rule)).map((rule) => widens(`this rule no longer denies: ${rule}`)),
        ...now.filter((rule) => !old.includes(rule)).map((rule) => narrows(`a rule denies from now on: ${rule}`)),
    ];
}

/** The TCB baseline; a larger number is a newer one. */
function configuration(before: AttestationPolicy, after: AttestationPolicy): Finding[] {
    const [old, now] = [before, after].map(({ configurationrules = [] }) => texts(configurationrules).join(" "));
    if (old === now) return [];
    const [from, to] = [baseline(before), baseline(after)];
    if (from === to) return [unsure(`the configuration of the policy changes: ${now ?? ""}`)];
    const words = `TCB baseline ${from ?? "of Azure's default"} becomes ${to ?? "Azure's default"}`;
    const [older, newer] = [Number(from), Number(to)];
    if (Number.isInteger(older) && Number.isInteger(newer))
        return [
            newer > older ? narrows(`${words}: older nodes get no token`) : widens(`${words}: older nodes get one`),
        ];
    return [unsure(words)];
}

function baseline({ configurationrules = [] }: AttestationPolicy): string | undefined {
    const values = configurationrules.flatMap(({ action }) => {
        if (!("properties" in action)) return [];
        const of = (property: string) => action.properties.find((one) => one.property === property)?.value;
        const [type, value] = [of("type"), of("value")];
        return type?.kind === "literal" && type.value === TCB && value?.kind === "literal" ? [String(value.value)] : [];
    });
    return values.length === 1 ? values[0] : undefined;
}

function issued(before: AttestationPolicy, after: AttestationPolicy): Finding[] {
    const [old, now] = [before, after].map(({ issuancerules = [] }) => texts(issuancerules).join(" "));
    return old === now ? [] : [unsure(`claims that the policy puts into tokens change: ${now ?? ""}`)];
}

function texts(rules: readonly Rule[]): string[] {
    return rules.map((rule) => printRule(rule).replace(/\s+/g, " ").trim());
}
