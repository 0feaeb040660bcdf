import { ANY_ENCLAVE, enclaveText } from "../lens/secrets/enclave-words.js";
import { holderText } from "../lens/secrets/released-keys.js";
import type { ReleasedKey, TokenPolicy } from "../model/access-format.js";
import type { Plan } from "../model/format.js";

/** A table with its heading; header row first. */
export interface AccessTable {
    title: string;
    rows: string[][];
}

/** Who gets which key, and which enclaves get the tokens that are asked for; nothing where a plan has neither. */
export function accessTables({ keys = [], tokenPolicies = [] }: Plan): AccessTable[] {
    return [
        ...(keys.length === 0
            ? []
            : [
                  {
                      title: "Who gets which key",
                      rows: [["key", "released to enclaves", "attested by", "asked for by"], ...keys.flatMap(keyRows)],
                  },
              ]),
        ...(tokenPolicies.length === 0
            ? []
            : [
                  {
                      title: "Which enclaves get a token",
                      rows: [["attestation provider", "evidence", "enclaves"], ...tokenPolicies.flatMap(policyRows)],
                  },
              ]),
    ];
}

/** What a shared provider means, for each that a key names. */
export function sharedNotes({ keys = [] }: Plan): string[] {
    const shared = keys.flatMap(({ shared, authority }) =>
        shared === true && authority !== undefined ? [authority] : [],
    );
    return [...new Set(shared)].map(
        (url) =>
            `${url} is a shared provider: ${ANY_ENCLAVE}, gets a token of it, so the release policy pins everything.`,
    );
}

function keyRows(key: ReleasedKey): string[][] {
    const enclaves = key.enclaves?.map(enclaveText) ?? ["unknown"];
    const holders = key.holders.map(holderText);
    if (holders.length === 0) holders.push("nobody in this plan");
    return Array.from({ length: Math.max(enclaves.length, holders.length) }, (_, index) => [
        ...(index === 0 ? [key.key] : [""]),
        enclaves[index] ?? "",
        ...(index === 0 ? [authorityText(key)] : [""]),
        holders[index] ?? "",
    ]);
}

/** Who attests: the URL, or whose URL it will be. */
function authorityText({ authority, providers = [] }: Pick<ReleasedKey, "authority" | "providers">): string {
    if (authority !== undefined) return authority;
    if (providers.length === 0) return "unknown";
    return `the provider ${providers.join(" or ")}`;
}

function policyRows({ provider, attestationType, urn, permits, denies, problem }: TokenPolicy): string[][] {
    const origin = urn === undefined ? " (default policy: the program sets none)" : "";
    const enclaves =
        problem !== undefined
            ? [`the policy cannot be read: ${problem}`]
            : permits === undefined
              ? ["unknown"]
              : permits.length === 0
                ? ["none: no rule permits"]
                : permits;
    const lines = [...enclaves.map((text) => text + origin), ...denies.map((rule) => `but: ${rule}`)];
    return lines.map((text, index) => [...(index === 0 ? [provider, attestationType] : ["", ""]), text]);
}
