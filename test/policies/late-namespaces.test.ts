import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { attestationPoliciesOutputs, attestationPoliciesSpec } from "../../components/policies/spec";
import { expectRejected, theTest } from "../support/failure";

/** The lists of the policies, checked when they are known. */
function lists(namespaces: pulumi.Input<string>[], exemptNamespaces: pulumi.Input<string>[]) {
    const { spec, problems } = attestationPoliciesSpec({ namespaces, exemptNamespaces, inject: false });
    expect(problems).toEqual([]);
    return attestationPoliciesOutputs(theTest, spec);
}
const valueOf = <T>(input: pulumi.Input<T>) => new Promise((done) => pulumi.output(input).apply(done));

test("a namespace that is covered and turns out to be exempt is refused, as a plain one is", async () => {
    const { exemptNamespaces } = lists(["ledger", "payments"], [pulumi.output("payments")]);
    expect(String(await expectRejected(exemptNamespaces.at(-1), "namespaces[1]"))).toContain("never covered");
    const { namespaces } = lists([pulumi.output("payments")], [pulumi.output("payments")]);
    expect(String(await expectRejected(namespaces[0], "namespaces[0]"))).toContain("never covered");
});

test("a namespace that turns out to be in the list already is refused, as a plain one is", async () => {
    const { namespaces } = lists(["payments", pulumi.output("payments")], []);
    expect(String(await expectRejected(namespaces[1], "namespaces[1]"))).toContain("already taken: by namespaces[0]");
});

test("other outputs pass, and plain names stay plain", async () => {
    const { namespaces, exemptNamespaces } = lists(["ledger", pulumi.output("payments")], [pulumi.output("quoting")]);
    expect(namespaces[0]).toBe("ledger");
    expect(await valueOf(namespaces[1]!)).toBe("payments");
    expect(await valueOf(exemptNamespaces.at(-1)!)).toBe("quoting");
});
