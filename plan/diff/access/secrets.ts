import { enclaveRules } from "../../lens/secrets/enclave-rule.js";
import { ANY_ENCLAVE, enclaveText } from "../../lens/secrets/enclave-words.js";
import { enclavesIn } from "../../lens/secrets/released-keys.js";
import { providerName, providerOfPolicy, providersOf, readPolicy } from "../../lens/secrets/token-policies.js";
import { isSharedProvider } from "../../lens/secrets/types.js";
import type { PlanResource } from "../../model/format.js";
import { enclaveChanges } from "./enclave-changes.js";
import { compareValue, narrows, unsure, widens, type AccessContext, type Finding, type Sides } from "./finding.js";
import { policyChanges } from "./policy-changes.js";

/** What changes for a key that only attested enclaves get. */
export function keyChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined) return [narrows("nobody gets the key any more")];
    if (before === undefined) return [newKey(after, context)];
    const pair = { before, after };
    const [old, now] = [before, after].map(({ inputs }) => inputs["enclaves"]);
    const [was, is] = [enclavesIn(old), enclavesIn(now)];
    const enclaves =
        was !== undefined && is !== undefined
            ? enclaveChanges(enclaveRules(was), enclaveRules(is), "the key")
            : compareValue(pair, [old, now], context) === "same"
              ? []
              : [unsure("which enclaves get the key changes, and is not known before the update")];
    return [...authorityChanges(pair, context), ...placeChanges(pair, context), ...enclaves];
}

function newKey(key: PlanResource, { head }: AccessContext): Finding {
    const enclaves = enclavesIn(key.inputs["enclaves"]);
    const authority = authorityOf(key, head.resources);
    return enclaves === undefined
        ? unsure(`a new key, attested by ${authority}; which enclaves get it is not known before the update`)
        : widens(
              `a new key, released to enclaves ${enclaves.map(enclaveText).join("; or ")}; attested by ${authority}`,
          );
}

function authorityOf(key: PlanResource, resources: readonly PlanResource[]): string {
    const { authority } = key.inputs;
    if (typeof authority === "string") return authority;
    const providers = providersOf(key, resources).map(providerName);
    return providers.length === 0
        ? "an authority that is known after the update"
        : `the provider ${providers.join(" or ")}`;
}

function authorityChanges(pair: Required<Sides>, context: AccessContext): Finding[] {
    const { before, after } = pair;
    const values = [before.inputs["authority"], after.inputs["authority"]] as const;
    const compared = compareValue(pair, values, context);
    const old = authorityOf(before, context.base?.resources ?? []);
    const now = authorityOf(after, context.head.resources);
    if (compared === "same") return [];
    const words = `another authority: tokens of ${now} count, until now those of ${old}`;
    if (compared === "unclear") return [unsure(words)];
    return [widens(isSharedProvider(now) ? `${words}; ${ANY_ENCLAVE}, gets a token there` : words)];
}

/** A key of another name or in another vault is another key. */
function placeChanges(pair: Required<Sides>, context: AccessContext): Finding[] {
    const changed = ["keyName", "keyVaultUrl"].filter(
        (key) => compareValue(pair, [pair.before.inputs[key], pair.after.inputs[key]], context) !== "same",
    );
    return changed.length === 0 ? [] : [unsure(`it becomes another key: ${changed.join(" and ")} changes`)];
}

/** What changes for the enclaves that get a token. */
export function tokenPolicyChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined) return before === undefined ? [] : lostPolicy(before, context);
    if (before === undefined) return [narrows("the policy takes the place of the default one")];
    const pair = { before, after };
    const [types, urls, policies] = ["attestationType", "attestationUrl", "policy"].map((key) =>
        compareValue(pair, [before.inputs[key], after.inputs[key]], context),
    );
    return [
        ...(types === "same" && urls === "same"
            ? []
            : [unsure("the policy is set in another place, and the old place may have the default policy again")]),
        ...(policies === "same" ? [] : textChanges(pair)),
    ];
}

function textChanges({ before, after }: Required<Sides>): Finding[] {
    const [old, now] = [before, after].map(({ inputs }) => readPolicy(inputs["policy"]));
    if (now?.problem !== undefined) return [unsure(`the new policy cannot be read: ${now.problem}`)];
    if (old?.problem !== undefined) return [unsure(`the old policy cannot be read: ${old.problem}`)];
    if (old?.policy === undefined || now?.policy === undefined)
        return [unsure("the policy changes, and is not known before the update")];
    return policyChanges(old.policy, now.policy);
}

/** Nothing takes the policy away but its provider's end: it stays, and nobody sees any more whether it is changed. */
function lostPolicy(policy: PlanResource, { base, head, moves }: AccessContext): Finding[] {
    const owner = providerOfPolicy(policy, base?.resources ?? []);
    const urn = owner === undefined ? undefined : (moves.get(owner.urn) ?? owner.urn);
    if (urn !== undefined && !head.resources.some((one) => one.urn === urn))
        return [narrows("no enclave gets a token any more: the provider goes as well")];
    return [unsure("the policy stays in force, and is no longer watched: a refresh does not find another one")];
}
