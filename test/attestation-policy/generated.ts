import fc from "fast-check";
import {
    claimProperties,
    type Action,
    type AttestationPolicy,
    type Condition,
    type Expression,
    type Rule,
    type Section,
} from "../../components/sgx/attestation-policy/policy";

const text = fc.string({ maxLength: 12 }).filter((value) => !value.includes("\n"));
const literal = fc.oneof(text, fc.integer(), fc.boolean()).map((value): Expression => ({ kind: "literal", value }));
const property = fc.constantFrom(...claimProperties);

const test = fc.oneof(
    fc.record({ property, operator: fc.constantFrom("==" as const, "!=" as const), operand: literal }),
    fc.record({
        property: fc.constant("value" as const),
        operator: fc.constantFrom("<=" as const, "<" as const, ">=" as const, ">" as const),
        operand: fc.integer().map((value): Expression => ({ kind: "literal", value })),
    }),
);

/** Conditions named c0, c1, ...; the later ones and the action may refer to them. */
const conditions = fc
    .array(fc.record({ named: fc.boolean(), tests: fc.array(test, { minLength: 1, maxLength: 3 }) }), { maxLength: 3 })
    .map((all) =>
        all.map(({ named, tests }, index): Condition => ({
            ...(named ? { identifier: `c${index}` } : {}),
            absent: false,
            tests,
        })),
    );

function action(section: Section, names: readonly string[]): fc.Arbitrary<Action> {
    if (section === "authorizationrules") return fc.constantFrom<Action>({ verb: "permit" }, { verb: "deny" });
    const verb = section === "configurationrules" ? ("issueproperty" as const) : ("issue" as const);
    const references = names.map((identifier): Expression => ({ kind: "reference", identifier, property: "value" }));
    const value = references.length === 0 ? literal : fc.oneof(literal, fc.constantFrom(...references));
    const made = fc.tuple(text, value).map(([type, given]): Action => ({
        verb,
        properties: [
            { property: "type", value: { kind: "literal", value: type } },
            { property: "value", value: given },
        ],
    }));
    return names.length === 0
        ? made
        : fc.oneof(
              made,
              fc.constantFrom(...names).map((claim): Action => ({ verb, claim })),
          );
}

const rules = (section: Section) =>
    fc.array(
        conditions.chain((all) =>
            action(
                section,
                all.flatMap(({ identifier }) => identifier ?? []),
            ).map((does): Rule => ({ conditions: all, action: does })),
        ),
        { maxLength: 3 },
    );

/** Any policy that the language allows, without functions. */
export const anyPolicy: fc.Arbitrary<AttestationPolicy> = fc.record(
    {
        version: fc.constantFrom("1.1" as const, "1.2" as const),
        configurationrules: rules("configurationrules"),
        authorizationrules: rules("authorizationrules"),
        issuancerules: rules("issuancerules"),
    },
    { requiredKeys: ["version", "authorizationrules"] },
);
