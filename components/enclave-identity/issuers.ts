import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { duplicate, invalid, isLate, matches, required, when, type Problem } from "../problems";
import { checkedLater, type Subject } from "../shared/checked-later";

/** An issuer whose tokens the identity trusts. */
export interface Issuer {
    /** Where it is among the arguments. */
    path: string;
    url: pulumi.Input<string>;
    /** What the name of its credential ends with, unique among the issuers. */
    suffix: string;
}

/** Credentials that one identity can have. */
const mostCredentials = 20;

/**
 * The issuers of the arguments, in order. Azure takes an issuer and a subject once for each identity, and Pulumi
 * deletes last: a credential that followed its place in the list could not take over the issuer of the next one. So it
 * follows the issuer where that is text, and its place only where the issuer is an output.
 */
export function issuersOf(
    first: pulumi.Input<string | undefined>,
    others: readonly pulumi.Input<string>[],
): readonly Issuer[] {
    return [first as pulumi.Input<string>, ...others].map((url, at) => ({
        path: pathOf(at),
        url,
        suffix: typeof url === "string" ? digestOf(url) : at === 0 ? "issuer" : `issuer-${at + 1}`,
    }));
}

const pathOf = (at: number) => (at === 0 ? "oidcIssuerUrl" : `otherIssuerUrls[${at - 1}]`);
const digestOf = (url: string) => createHash("sha256").update(url).digest("hex").slice(0, 8);

/** What is wrong with the issuers that are known now. */
export function checkIssuers(first: unknown, others: unknown): Problem[] {
    const path = "otherIssuerUrls";
    if (others !== undefined && !Array.isArray(others)) {
        const expected = "a list of issuers, each of which may be an output";
        return [...checkIssuer(0, first, []), invalid(path, others, expected, "write it as a list")];
    }
    const all: unknown[] = [first, ...((others ?? []) as unknown[])];
    const expected = `at most ${mostCredentials - 1} issuers, since an identity has ${mostCredentials} credentials`;
    const remedy = "give the pods of further clusters an identity of their own, with a component of its own";
    return [
        ...all.flatMap((url, at) => checkIssuer(at, url, all.slice(0, at))),
        ...when(all.length > mostCredentials, invalid(path, all.length - 1, expected, remedy)),
    ];
}

/** The same issuers, whose outputs are checked as soon as their values are known. */
export function checkedIssuers(of: Subject, issuers: readonly Issuer[]): readonly Issuer[] {
    return issuers.map((issuer, at) => {
        if (!isLate(issuer.url)) return issuer;
        // Of two that are equal, one is an output here; the later of two outputs sees to both.
        const others = issuers.map(({ url }, index) => (index < at || !isLate(url) ? url : ""));
        // Its form at once: another issuer may stay unknown until the cluster is made.
        const own = checkedLater(of, issuer.url, (known) => checkIssuer(at, known, []));
        const both = pulumi.output({ url: own, others });
        const checked = checkedLater(of, both, (known) => {
            const { url, others: urls } = known as { url: unknown; others: string[] };
            const after = urls.indexOf(String(url), at);
            return after > at ? checkIssuer(after, url, [...urls.slice(0, at), url]) : checkIssuer(at, url, urls);
        });
        return { ...issuer, url: checked.apply(({ url }) => url) };
    });
}

/** One issuer; `before` are those before it. */
function checkIssuer(at: number, url: unknown, before: readonly unknown[]): Problem[] {
    const path = pathOf(at);
    if (isLate(url)) return [];
    const absent = required(
        path,
        url,
        "the address of the cluster's OIDC issuer",
        "pass the cluster's output oidcIssuerUrl; a cluster without one gets it by az aks update --enable-oidc-issuer --enable-workload-identity",
    );
    if (absent.length > 0) return absent;
    const form = matches(
        path,
        url,
        /^https:\/\/[^\s/?#]+(\/[^\s?#]*)?$/,
        "the address of an OIDC issuer: https://, without query and fragment",
        "copy it from az aks show --query oidcIssuerProfile.issuerUrl",
    );
    if (form.length > 0) return form;
    const first = before.indexOf(url);
    if (first >= 0) return [duplicate(path, url, `by ${pathOf(first)}`, "remove one of the two")];
    return checkSlash(path, url as string);
}

/**
 * Tokens of AKS have the issuer with a slash at its end, and Entra ID compares the two letter for letter
 * (https://learn.microsoft.com/azure/aks/use-oidc-issuer).
 */
function checkSlash(path: string, url: string): Problem[] {
    const isAks = /^https:\/\/([a-z0-9-]+\.oic|oidc)\.prod-aks\.azure\.com(\/|$)/i.test(url);
    const expected = "an issuer of AKS with the slash at its end, as the tokens have it: without it, none matches";
    return when(isAks && !url.endsWith("/"), invalid(path, url, expected, `write ${JSON.stringify(`${url}/`)}`));
}
