import type * as pulumi from "@pulumi/pulumi";
import {
    flag,
    invalid,
    isLate,
    missing,
    notAllowed,
    oneOf,
    required,
    when,
    type Checked,
    type Problem,
    type Warning,
} from "../problems";
import { attestationPolicyOf, checkEnclave, enclaveOf, policyIn, printPolicy } from "../sgx";
import { checkForm, checkRegion, checkTags, requiredResourceGroup } from "../shared/check-place";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedTags } from "../shared/checked-place";
import { checkedPrivateEndpoint, checkPrivateEndpoint, type PrivateEndpointArgs } from "../shared/private-endpoint";
import { AttestationType, type AttestationProviderArgs } from "./args";
import { checkPolicy, warnOfPolicy } from "./check-policy";
import { checkCertificates, checkSignedPolicy } from "./check-signed";
import { attestationProviderDefaults as defaults } from "./defaults";

/** The arguments with their defaults. */
export interface AttestationProviderSpec {
    resourceGroupName: pulumi.Input<string>;
    location: pulumi.Input<string> | undefined;
    tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Undefined: Pulumi makes one. */
    name: pulumi.Input<string> | undefined;
    /** Text of the policy. */
    policy: string;
    signedPolicy: string | undefined;
    attestationTypes: readonly AttestationType[];
    publicNetworkAccess: boolean;
    privateEndpoint: PrivateEndpointArgs | undefined;
    /** Undefined: policies need no signature. */
    policySigningCertificates: readonly string[] | undefined;
}

const zone = "privatelink.attest.azure.net";

/** What the arguments stand for, and what is wrong with those that are known now. */
export function attestationProviderSpec(args: AttestationProviderArgs): Checked<AttestationProviderSpec> {
    const problems = problemsOf(args);
    const policy = problems.length > 0 ? "" : policyOf(args);
    return {
        spec: {
            resourceGroupName: args.resourceGroupName,
            location: args.location,
            tags: args.tags,
            name: args.name,
            policy,
            signedPolicy: args.signedPolicy,
            attestationTypes: args.attestationTypes ?? defaults.attestationTypes,
            publicNetworkAccess: args.publicNetworkAccess ?? defaults.publicNetworkAccess,
            privateEndpoint: args.privateEndpoint,
            policySigningCertificates: args.policySigningCertificates,
        },
        problems,
        warnings: problems.length > 0 ? [] : warningsOf(args, policy),
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function attestationProviderOutputs(of: Subject, spec: AttestationProviderSpec): AttestationProviderSpec {
    return {
        ...spec,
        resourceGroupName: checkedValue(of, "resourceGroupName", spec.resourceGroupName, checkGroup),
        location: checkedValue(of, "location", spec.location, checkRegion),
        tags: checkedTags(of, "tags", spec.tags),
        name: checkedValue(of, "name", spec.name, checkProviderName),
        privateEndpoint: checkedPrivateEndpoint(of, "privateEndpoint", spec.privateEndpoint, zone),
    };
}

function policyOf({ enclaves, policy, signedPolicy, tcbBaseline }: AttestationProviderArgs): string {
    if (signedPolicy !== undefined) return policyIn(signedPolicy) ?? "";
    if (policy !== undefined) return policy;
    const options = tcbBaseline === undefined ? {} : { tcbBaseline };
    return printPolicy(attestationPolicyOf((enclaves ?? []).map(enclaveOf), options));
}

function problemsOf(args: AttestationProviderArgs): Problem[] {
    return [
        ...checkGroup("resourceGroupName", args.resourceGroupName),
        ...checkRegion("location", args.location),
        ...checkTags("tags", args.tags),
        ...checkProviderName("name", args.name),
        ...checkSource(args),
        ...checkTypes(args.attestationTypes),
        ...flag("publicNetworkAccess", args.publicNetworkAccess),
        ...when(
            args.publicNetworkAccess === false && args.privateEndpoint === undefined,
            missing(
                "privateEndpoint",
                "an address of the provider, which the public network does not reach (publicNetworkAccess: false)",
                "add it, or leave out publicNetworkAccess",
            ),
        ),
        ...checkPrivateEndpoint("privateEndpoint", args.privateEndpoint, zone),
        ...checkCertificates("policySigningCertificates", args.policySigningCertificates),
    ];
}

function checkGroup(path: string, value: unknown): Problem[] {
    return requiredResourceGroup(path, value, "the resource group of the attestation provider");
}

function checkProviderName(path: string, value: unknown): Problem[] {
    return checkForm(
        path,
        value,
        /^[a-z0-9-]{3,24}$/,
        "3-24 lower-case letters, digits and dashes",
        "choose a name of that form",
    );
}

/** The component's name, where Pulumi makes the provider's from it, with eight digits more. */
export function checkOwnName(component: string, name: unknown, path = "name"): Problem[] {
    if (name !== undefined) return [];
    const expected = "1-16 lower-case letters, digits and dashes: Pulumi adds 8, and Azure Attestation takes 24";
    const remedy = `choose another name for the component, or set ${path}`;
    return checkForm("name", component, /^[a-z0-9-]{1,16}$/, expected, remedy);
}

/** Where the policy comes from: exactly one of three arguments. */
function checkSource(args: AttestationProviderArgs): Problem[] {
    const { enclaves, policy, signedPolicy, tcbBaseline, policySigningCertificates } = args;
    const isIsolated = policySigningCertificates !== undefined;
    if (isIsolated || signedPolicy !== undefined) return checkIsolated(args);
    const ofBaseline = when(
        tcbBaseline !== undefined && policy !== undefined,
        notAllowed("tcbBaseline", tcbBaseline, "with `policy`, which has its own", "write it into the policy"),
    );
    if (policy !== undefined)
        return [
            ...when(
                enclaves !== undefined,
                notAllowed("enclaves", enclaves, "with `policy`: one of both says it", "remove one of them"),
            ),
            ...ofBaseline,
            ...checkPolicy("policy", policy),
        ];
    return [
        ...required("enclaves", enclaves, "the enclaves that get a token", "describe at least one enclave"),
        ...checkEnclaves(enclaves),
        ...checkForm(
            "tcbBaseline",
            tcbBaseline,
            /^(azuredefault|[1-9][0-9]?)$/,
            "azuredefault, or the number of a baseline",
            "see https://learn.microsoft.com/azure/attestation/custom-tcb-baseline-enforcement",
        ),
    ];
}

function checkEnclaves(enclaves: unknown): Problem[] {
    if (enclaves === undefined) return [];
    const expected = "a list of descriptions, at least one";
    if (!Array.isArray(enclaves) || enclaves.length === 0)
        return [invalid("enclaves", enclaves, expected, "describe the enclaves that get a token")];
    return enclaves.flatMap((each, index) => checkEnclave(`enclaves[${index}]`, each as never));
}

/** With signing certificates, the policy comes signed, and only then. */
function checkIsolated({
    enclaves,
    policy,
    tcbBaseline,
    attestationTypes,
    signedPolicy,
    policySigningCertificates,
}: AttestationProviderArgs): Problem[] {
    const unsigned = Object.entries({ enclaves, policy, tcbBaseline, attestationTypes }).filter(
        ([, value]) => value !== undefined,
    );
    const certificates = "policySigningCertificates";
    return [
        ...unsigned.map(([path, value]) =>
            notAllowed(path, value, `with ${certificates}: the policy has to be signed`, "sign it, as signedPolicy"),
        ),
        ...required("signedPolicy", signedPolicy, `the signed policy, with ${certificates}`, "sign the policy"),
        ...required(certificates, policySigningCertificates, "the certificates, with signedPolicy", "name them"),
        ...(signedPolicy === undefined || (signedPolicy as unknown) === null
            ? []
            : checkSignedPolicy("signedPolicy", signedPolicy, policySigningCertificates)),
    ];
}

function checkTypes(types: unknown): Problem[] {
    if (types === undefined) return [];
    const expected = `a list of ${Object.values(AttestationType).join(", ")}, at least one`;
    if (isLate(types) || !Array.isArray(types) || types.length === 0)
        return [invalid("attestationTypes", types, expected, "leave it out for both")];
    return types.flatMap((type, index) => oneOf(`attestationTypes[${index}]`, type, AttestationType));
}

function warningsOf({ enclaves }: AttestationProviderArgs, policy: string): Warning[] {
    return [
        ...(enclaves ?? []).flatMap(({ debug }, index) =>
            debug === true ? [debugEnclaves(`enclaves[${index}].debug`)] : [],
        ),
        ...(enclaves === undefined ? warnOfPolicy(policy) : []),
    ];
}

const debugEnclaves = (path: string): Warning => ({
    code: "debug-enclaves",
    path,
    message:
        "debug enclaves get a token as well: everybody with access to the node reads their memory, so no secret may go there",
});
