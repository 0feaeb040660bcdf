import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attestationPolicyOf } from "../../../../components/sgx/attestation-policy/of-enclave.js";
import { parsePolicy } from "../../../../components/sgx/attestation-policy/parse.js";
import { printPolicy } from "../../../../components/sgx/attestation-policy/print.js";
import type { Enclave } from "../../../../components/sgx/enclave/enclave.js";
import { evaluateReleasePolicy } from "../../../../components/sgx/release-policy/evaluate.js";
import { releasePolicyOf } from "../../../../components/sgx/release-policy/of-enclave.js";
import { enclaveChanges } from "../../../../plan/diff/access/enclave-changes.js";
import { enclaveRules, permittingRules } from "../../../../plan/lens/secrets/enclave-rule.js";
import type { KeyEnclave } from "../../../../plan/model/access-format.js";
import { anyEnclave, goodClaims } from "../../../enclave/support.js";

const authority = "https://p.weu.attest.azure.net";
// Others than those that stand for any in the claims of the support.
const [OLD, NEW] = ["8a".repeat(32), "9b".repeat(32)];
const [A, B] = ["1a".repeat(32), "2b".repeat(32)];
const usual: KeyEnclave = { signer: A, product: 7, minimumSvn: 3, debug: false };
const built: KeyEnclave = { measurements: [OLD], minimumSvn: 0, debug: false };

const keyEnclave = ({ measurements, ...rest }: Enclave): KeyEnclave => ({
    ...rest,
    ...(measurements === undefined ? {} : { measurements: [...measurements] }),
});

/** Enclaves that often share a signer, a measurement and neighbouring numbers. */
const similar: fc.Arbitrary<KeyEnclave> = fc
    .record({
        signer: fc.constantFrom(undefined, A, B),
        product: fc.constantFrom(7, 8),
        minimumSvn: fc.constantFrom(0, 2, 3),
        measurements: fc.subarray([OLD, NEW]),
        debug: fc.boolean(),
    })
    .filter(({ signer, measurements }) => signer !== undefined || measurements.length > 0)
    .map(({ signer, product, measurements, ...rest }) => ({
        ...(signer === undefined ? {} : { signer, product }),
        ...(measurements.length === 0 ? {} : { measurements }),
        ...rest,
    }));
const anyList = fc.array(fc.oneof({ arbitrary: similar, weight: 4 }, anyEnclave.map(keyEnclave)), {
    minLength: 1,
    maxLength: 3,
});

/** Claims of enclaves that are just meant by a list, and of debug enclaves where it means them. */
function tokens(enclaves: readonly KeyEnclave[]): Record<string, unknown>[] {
    return enclaves.flatMap((enclave) =>
        (enclave.measurements ?? [undefined]).flatMap((measurement) =>
            (enclave.debug ? [true, false] : [false]).map((debug) => ({
                iss: authority,
                ...goodClaims({ ...enclave, ...(measurement === undefined ? {} : { measurements: [measurement] }) }),
                "x-ms-sgx-is-debuggable": debug,
            })),
        ),
    );
}

const gets = (enclaves: readonly KeyEnclave[], token: Record<string, unknown>) =>
    evaluateReleasePolicy(releasePolicyOf(enclaves, authority), token).released;
const changes = (before: readonly KeyEnclave[], after: readonly KeyEnclave[]) =>
    enclaveChanges(enclaveRules(before), enclaveRules(after), "the key");
const words = (before: readonly KeyEnclave[], after: readonly KeyEnclave[]) =>
    changes(before, after).map(({ widens, text }) => `${widens ? "!! " : ""}${text}`);

describe("a change of the enclaves that get a key", () => {
    it("widens exactly if a token is good that was not, by the evaluation of release policies", () => {
        fc.assert(
            fc.property(anyList, anyList, (before, after) => {
                const more = tokens(after).some((token) => !gets(before, token));
                const fewer = tokens(before).some((token) => !gets(after, token));
                const found = changes(before, after);
                expect([found.some(({ widens }) => widens), found.some(({ widens }) => !widens)]).toEqual([
                    more,
                    fewer,
                ]);
            }),
            { numRuns: 2000 },
        );
    });

    it("widens the other way round if it narrows", () => {
        fc.assert(
            fc.property(anyList, anyList, (before, after) => {
                const back = changes(after, before);
                expect(changes(before, after).some(({ widens }) => !widens)).toBe(back.some(({ widens }) => widens));
            }),
        );
    });

    it("is none where the same enclaves are meant, in whatever order", () => {
        fc.assert(
            fc.property(anyList, (list) => {
                expect(changes(list, [...list].reverse())).toEqual([]);
            }),
        );
    });

    const rule = "signed by 2b2b2b2b..., product 7, SVN 3 and up, no debug";
    const all: [string, KeyEnclave[], KeyEnclave[], string[]][] = [
        ["a newer SVN", [{ ...usual, minimumSvn: 2 }], [usual], ["SVN 2 is no longer enough"]],
        ["a much newer SVN", [{ ...usual, minimumSvn: 0 }], [usual], ["SVN 0 to 2 is no longer enough"]],
        [
            "an older SVN",
            [usual],
            [{ ...usual, minimumSvn: 2 }],
            ["!! SVN 2 is enough from now on: older enclaves get the key"],
        ],
        ["debug enclaves", [usual], [{ ...usual, debug: true }], ["!! debug enclaves are allowed: refuse this"]],
        ["no debug enclaves", [{ ...usual, debug: true }], [usual], ["debug enclaves are refused from now on"]],
        [
            "another signer in the place of one",
            [usual],
            [{ ...usual, signer: B }],
            [`!! another signer gets the key: ${rule}`, "signer 1a1a1a1a... no longer gets the key"],
        ],
        [
            "another signer as well",
            [usual],
            [usual, { ...usual, signer: B }],
            [`!! another signer gets the key: ${rule}`],
        ],
        [
            "another signer with debug enclaves",
            [usual],
            [usual, { ...usual, signer: B, debug: true }],
            [
                "!! debug enclaves are allowed: refuse this",
                "!! another signer gets the key: signed by 2b2b2b2b..., product 7, SVN 3 and up, DEBUG ENCLAVES INCLUDED",
            ],
        ],
        [
            "another product",
            [usual],
            [{ ...usual, product: 8 }],
            ["!! product 8 gets the key, until now product 7", "product 7 no longer gets the key"],
        ],
        [
            "the new build as well: the window of an update",
            [built],
            [{ ...built, measurements: [OLD, NEW] }],
            ["!! old and new measurement both work: 8a8a8a8a... and 9b9b9b9b..."],
        ],
        [
            "the new build as another description",
            [built],
            [{ ...built, measurements: [NEW] }, built],
            ["!! old and new measurement both work: 8a8a8a8a... and 9b9b9b9b..."],
        ],
        [
            "the old build goes: the end of an update",
            [{ ...built, measurements: [OLD, NEW] }],
            [{ ...built, measurements: [NEW] }],
            ["measurement 8a8a8a8a... is no longer enough"],
        ],
        [
            "one build in the place of another",
            [built],
            [{ ...built, measurements: [NEW] }],
            ["!! measurement 9b9b9b9b... gets the key", "measurement 8a8a8a8a... is no longer enough"],
        ],
        [
            "a measurement where there was none",
            [usual],
            [{ ...usual, measurements: [OLD] }],
            ["only measurement 8a8a8a8a... is enough"],
        ],
        [
            "no measurement any more",
            [{ ...usual, measurements: [OLD] }],
            [usual],
            ["!! the measurement is no longer compared: signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug"],
        ],
        [
            "no signer any more",
            [{ ...usual, measurements: [OLD] }],
            [{ ...built, minimumSvn: 3 }],
            ["!! the signer is no longer compared: SVN 3 and up, measurement 8a8a8a8a..., no debug"],
        ],
        [
            "a signer where there was none",
            [{ ...built, minimumSvn: 3 }],
            [{ ...usual, measurements: [OLD] }],
            [
                "only these enclaves get the key: signed by 1a1a1a1a..., product 7, SVN 3 and up, measurement 8a8a8a8a..., no debug",
            ],
        ],
        ["one of two goes", [usual, { ...usual, signer: B }], [usual], ["signer 2b2b2b2b... no longer gets the key"]],
        [
            "the last one goes",
            [usual],
            [],
            ["these no longer get the key: signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug"],
        ],
        [
            "the first one",
            [],
            [usual],
            ["!! enclaves that get the key: signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug"],
        ],
    ];
    it.each(all)("says in words: %s", (_, before, after, expected) => {
        expect(words(before, after)).toEqual(expected);
    });
});

describe("rules of a policy that was made from enclaves", () => {
    it("mean what the enclaves mean, also once printed and read", () => {
        fc.assert(
            fc.property(anyList, (list) => {
                const policy = attestationPolicyOf(list);
                expect(permittingRules(policy)).toEqual(enclaveRules(list));
                expect(permittingRules(parsePolicy(printPolicy(policy)))).toEqual(enclaveRules(list));
            }),
        );
    });
});
