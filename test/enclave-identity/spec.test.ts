import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { EnclaveIdentityArgs } from "../../components";
import { enclaveIdentityOutputs, enclaveIdentitySpec } from "../../components/enclave-identity/spec";
import { expectRejected, theTest } from "../support/failure";
import { fc } from "../support/fast-check";

const aks = "https://westeurope.oic.prod-aks.azure.com/72f988bf/1f2a/";
const args: EnclaveIdentityArgs = { resourceGroupName: "group", oidcIssuerUrl: aks };
const problemsOf = (more: object) =>
    enclaveIdentitySpec({ ...args, ...more }).problems.map(({ path, remedy }) => `${path}: ${remedy}`);
const many = (count: number) => Array.from({ length: count }, (_, at) => `https://issuer.example/${at}/`);

describe("what is wrong with the arguments", () => {
    const passIt =
        "pass the cluster's output oidcIssuerUrl; a cluster without one gets it by az aks update --enable-oidc-issuer --enable-workload-identity";
    const copyIt = "copy it from az aks show --query oidcIssuerProfile.issuerUrl";

    test.each<[string, object, string[]]>([
        ["nothing", {}, []],
        ["nothing of another issuer without a slash", { oidcIssuerUrl: "https://token.example.com" }, []],
        [
            "nothing of another issuer with a path",
            { oidcIssuerUrl: "https://oidc.eks.eu-west-1.amazonaws.com/id/A" },
            [],
        ],
        [
            "nothing of a host that only looks like AKS's",
            { oidcIssuerUrl: "https://oic.prod-aks.azure.com.example/a" },
            [],
        ],
        ["nothing of 20 issuers", { otherIssuerUrls: many(19) }, []],
        ["no issuer", { oidcIssuerUrl: undefined }, [`oidcIssuerUrl: ${passIt}`]],
        ["an empty issuer", { oidcIssuerUrl: "" }, [`oidcIssuerUrl: ${passIt}`]],
        ["an issuer of AKS without its slash", { oidcIssuerUrl: aks.slice(0, -1) }, [`oidcIssuerUrl: write "${aks}"`]],
        [
            "one in capitals",
            { oidcIssuerUrl: aks.slice(0, -1).replace("westeurope", "WestEurope") },
            [`oidcIssuerUrl: write "${aks.replace("westeurope", "WestEurope")}"`],
        ],
        [
            "another issuer of AKS without its slash",
            { otherIssuerUrls: ["https://a.example/", "https://oidc.prod-aks.azure.com/1f2a"] },
            ['otherIssuerUrls[1]: write "https://oidc.prod-aks.azure.com/1f2a/"'],
        ],
        ["no https", { oidcIssuerUrl: "http://token.example.com/" }, [`oidcIssuerUrl: ${copyIt}`]],
        ["a query", { oidcIssuerUrl: "https://token.example.com/?a" }, [`oidcIssuerUrl: ${copyIt}`]],
        ["a number", { oidcIssuerUrl: 5 }, [`oidcIssuerUrl: ${copyIt}`]],
        ["an issuer twice", { otherIssuerUrls: [aks] }, ["otherIssuerUrls[0]: remove one of the two"]],
        [
            "an issuer twice among the others",
            { otherIssuerUrls: ["https://a.example", "https://b.example", "https://a.example"] },
            ["otherIssuerUrls[2]: remove one of the two"],
        ],
        [
            "21 issuers",
            { otherIssuerUrls: many(20) },
            [
                "otherIssuerUrls: give the pods of further clusters an identity of their own, with a component of its own",
            ],
        ],
        ["issuers as text", { otherIssuerUrls: "https://a.example" }, ["otherIssuerUrls: write it as a list"]],
        ["no resource group", { resourceGroupName: undefined }, ["resourceGroupName: name it"]],
        [
            "a bad region",
            { location: "west-europe" },
            ["location: az account list-locations --query [].name prints their names"],
        ],
        ["bad tags", { tags: "a" }, ['tags: write them as in { team: "payments" }']],
        ["a namespace in capitals", { namespace: "Payments" }, ["namespace: choose a name of that form"]],
        ["kube-system", { namespace: "kube-system" }, ["namespace: name the namespace of the application"]],
        ["a bad ServiceAccount", { serviceAccountName: "a.b" }, ["serviceAccountName: choose a name of that form"]],
        [
            "the ServiceAccount of all pods",
            { serviceAccountName: "default" },
            ["serviceAccountName: choose a name of the application's own"],
        ],
    ])("%s", (_, more, problems) => {
        expect(problemsOf(more)).toEqual(problems);
    });
});

describe("an output", () => {
    /** The spec's outputs; their plain arguments have no problem. */
    const outputs = (more: Partial<EnclaveIdentityArgs>) => {
        const { spec, problems } = enclaveIdentitySpec({ ...args, ...more });
        expect(problems).toEqual([]);
        return enclaveIdentityOutputs(theTest, spec);
    };
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));

    test("is refused when it turns out to be an issuer without its slash, or none", async () => {
        for (const value of [aks.slice(0, -1), undefined]) {
            const { issuers } = outputs({ oidcIssuerUrl: later(value) });
            await expectRejected(issuers[0]?.url, "oidcIssuerUrl");
        }
    });

    test("is refused when another argument has the same issuer, before it or after it", async () => {
        const { issuers } = outputs({ otherIssuerUrls: [later(aks), "https://a.example"] });
        await expectRejected(issuers[1]?.url, "otherIssuerUrls[0]");
        const after = outputs({ oidcIssuerUrl: later(aks), otherIssuerUrls: ["https://a.example", aks] });
        await expectRejected(after.issuers[0]?.url, "otherIssuerUrls[1]");
        const both = outputs({ oidcIssuerUrl: later(aks), otherIssuerUrls: [later(aks)] });
        await expectRejected(both.issuers[1]?.url, "otherIssuerUrls[0]");
    });

    test("passes with the value that it has", async () => {
        const { issuers } = outputs({ oidcIssuerUrl: later(aks), otherIssuerUrls: [later("https://a.example")] });
        const urls = await Promise.all(issuers.map(({ url }) => new Promise((done) => pulumi.output(url).apply(done))));
        expect(urls).toEqual([aks, "https://a.example"]);
    });

    test("is refused when it turns out to be no namespace or ServiceAccount of an application", async () => {
        const { namespace, serviceAccountName } = outputs({
            namespace: later("kube-system"),
            serviceAccountName: later("default"),
        });
        await expectRejected(namespace, "namespace");
        await expectRejected(serviceAccountName, "serviceAccountName");
    });
});

describe("issuers, whichever they are", () => {
    const urls = fc.webUrl({ validSchemes: ["https"] });
    const lists = fc.uniqueArray(urls, { minLength: 1, maxLength: 20 });

    test("have one credential each, whose name depends on nothing but the issuer, and is one of Azure's", () => {
        fc.assert(
            fc.property(lists, fc.func(fc.integer()), (list, order) => {
                const suffixes = (all: string[]) => {
                    const [oidcIssuerUrl = "", ...otherIssuerUrls] = all;
                    const { issuers } = enclaveIdentitySpec({ ...args, oidcIssuerUrl, otherIssuerUrls }).spec;
                    return new Map(issuers.map(({ url, suffix }) => [url, suffix]));
                };
                const found = suffixes(list);
                expect(new Set(found.values()).size).toBe(list.length);
                const mixed = [...list].sort((a, b) => order(a) - order(b));
                for (const [url, suffix] of suffixes(mixed)) expect(suffix).toBe(found.get(url));
                // With a component's name of 90 characters and the 8 that azure-native adds.
                for (const suffix of found.values())
                    expect(`${"n".repeat(90)}-${suffix}00000000`).toMatch(/^[A-Za-z0-9][-\w]{2,119}$/);
            }),
        );
    });

    test("are accepted as they are, each once", () => {
        fc.assert(
            fc.property(lists, fc.nat(), ([first = "", ...others], at) => {
                expect(problemsOf({ oidcIssuerUrl: first, otherIssuerUrls: others })).toEqual([]);
                const all = [first, ...others];
                const twice = [...others, all[at % all.length]].slice(-19);
                const repeated = [first, ...twice].some((url, index, known) => known.indexOf(url) !== index);
                expect(problemsOf({ oidcIssuerUrl: first, otherIssuerUrls: twice }).length > 0).toBe(repeated);
            }),
        );
    });
});
