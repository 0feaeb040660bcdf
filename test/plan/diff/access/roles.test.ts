import { describe, expect, it } from "vitest";
import { comparePlans } from "../../../../plan/diff/compare.js";
import type { PlanResource } from "../../../../plan/model/format.js";
import { planOf, resource } from "../plans.js";
import { accessOf, assignment, credential, key, READER, RELEASE, textOf, unknown, VAULT } from "./support.js";

const judged = "; it cannot be judged whether this widens access";
const reader = "role acdd72a7-3385-48ef-bd42-f606fba81ae7";
const identity = (name: string): PlanResource =>
    resource("azure-native:managedidentity:UserAssignedIdentity", name, { resourceName: name });

describe("a role assignment", () => {
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        ["is new", [], [assignment()], [`!! principal p-1 gets ${reader} on ${VAULT}`]],
        ["goes", [assignment()], [], [`principal p-1 loses ${reader} on ${VAULT}`]],
        [
            "is for another principal",
            [assignment()],
            [assignment({ principalId: "p-2" })],
            [`!! principal p-2 gets ${reader} on ${VAULT}`],
        ],
        [
            "is of another role",
            [assignment({ roleDefinitionId: RELEASE })],
            [assignment()],
            [`!! principal p-1 gets ${reader} on ${VAULT}`],
        ],
        [
            "is on another scope",
            [assignment()],
            [assignment({ scope: "/subscriptions/s" })],
            [`!! principal p-1 gets ${reader} on /subscriptions/s`],
        ],
        [
            "is on a part of its scope",
            [assignment({ scope: "/subscriptions/s" })],
            [assignment()],
            [`principal p-1 gets ${reader} on ${VAULT}, until now on /subscriptions/s`],
        ],
        [
            "is on a scope whose name only starts the same",
            [assignment({ scope: "/subscriptions/s" })],
            [assignment({ scope: "/subscriptions/s2" })],
            [`!! principal p-1 gets ${reader} on /subscriptions/s2`],
        ],
        ["gets a condition", [assignment()], [assignment({ condition: "c" })], ["the role gets a condition"]],
        [
            "loses its condition",
            [assignment({ condition: "c" })],
            [assignment()],
            ["!! the role has no condition any more"],
        ],
        [
            "has another condition",
            [assignment({ condition: "c" })],
            [assignment({ condition: "d" })],
            [`!! the condition of the role changes${judged}`],
        ],
        ["has another description", [assignment()], [assignment({ description: "d" })], []],
        [
            "is for a principal that is not known",
            [assignment()],
            [assignment({ principalId: unknown, description: "d" })],
            [`!! an identity that is known after the update gets ${reader} (d) on ${VAULT}${judged}`],
        ],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
    });

    it("is for a principal that is unknown on both sides, and comes from another identity", () => {
        const [a, b] = [identity("a"), identity("b")];
        const of = ({ urn }: PlanResource) => assignment({ principalId: unknown }, { dependencies: [urn] });
        expect(accessOf([a, b, of(a)], [a, b, of(a)])).toEqual([]);
        expect(accessOf([a, b, of(a)], [a, b, of(b)])).toEqual([`!! identity b gets ${reader} on ${VAULT}${judged}`]);
    });

    it("to ask for a key names the key and the ServiceAccount", () => {
        const payroll = identity("payroll");
        const role = assignment(
            { principalId: unknown, roleDefinitionId: RELEASE, scope: `${VAULT}/keys/payroll` },
            { dependencies: [payroll.urn] },
        );
        const around = [payroll, credential({}, { dependencies: [payroll.urn] }), key(), key({}, {}, "ledger")];
        const who = "ServiceAccount payroll/payroll (identity payroll)";
        expect(accessOf(around, [...around, role])).toEqual([`!! ${who} gains the right to ask for key payroll`]);
        expect(accessOf([...around, role], around)).toEqual([`${who} loses the right to ask for key payroll`]);
        const whole = { ...role, inputs: { ...role.inputs, scope: VAULT } };
        expect(accessOf(around, [...around, whole])).toEqual([
            `!! ${who} gains the right to ask for key payroll, ledger`,
        ]);
        const elsewhere = { ...role, inputs: { ...role.inputs, scope: `${VAULT}2/keys/payroll` } };
        expect(accessOf(around, [...around, elsewhere])).toEqual([
            `!! ${who} gets the right to ask for keys on ${VAULT}2/keys/payroll`,
        ]);
    });

    it("that only moves says nothing", () => {
        const aliased: PlanResource = { ...assignment(), name: "other", options: { aliases: [{ name: "role" }] } };
        const moved = { ...aliased, urn: aliased.urn.replace(/role$/, "other") };
        expect(comparePlans(planOf([assignment()]), planOf([moved])).access).toEqual([]);
    });
});

describe("a federated credential", () => {
    const account = "ServiceAccount payroll/payroll of https://issuer.example/";
    const until = "until now payroll/payroll of https://issuer.example/";
    const all: [string, PlanResource[], PlanResource[], string[]][] = [
        ["is new", [], [credential()], [`!! ${account} can act as identity payroll from now on`]],
        ["goes", [credential()], [], [`${account} can act as identity payroll no longer`]],
        [
            "is for another ServiceAccount",
            [credential()],
            [credential({ subject: "system:serviceaccount:other:x" })],
            [
                `!! subject of the credential changes: ServiceAccount other/x of https://issuer.example/ can act as identity payroll from now on, ${until}`,
            ],
        ],
        [
            "is of another issuer",
            [credential()],
            [credential({ issuer: "https://other.example/" })],
            [
                `!! issuer of the credential changes: ServiceAccount payroll/payroll of https://other.example/ can act as identity payroll from now on, ${until}`,
            ],
        ],
        [
            "takes tokens for more",
            [credential()],
            [credential({ audiences: ["api://AzureADTokenExchange", "b"] })],
            [`!! audiences of the credential changes: ${account} can act as identity payroll from now on, ${until}`],
        ],
        [
            "takes tokens for less",
            [credential({ audiences: ["api://AzureADTokenExchange", "b"] })],
            [credential()],
            ["the credential has fewer audiences"],
        ],
        [
            "has a subject that is not known",
            [credential()],
            [credential({ subject: unknown })],
            [
                `!! subject of the credential changes: ServiceAccount unknown of https://issuer.example/ can act as identity payroll from now on, ${until}${judged}`,
            ],
        ],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf(before, after)).toEqual(expected);
    });
});

describe("a plan of a new stack", () => {
    it("says every role that somebody gets", () => {
        expect(comparePlans(undefined, planOf([assignment({ roleDefinitionId: READER })])).access?.map(textOf)).toEqual(
            [`!! principal p-1 gets ${reader} on ${VAULT}`],
        );
    });
});
