import { AttestationProvider as AzureAttestationProvider } from "@pulumi/azure-native/attestation";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { policyHash } from "../sgx";
import { Behind } from "../shared/behind";
import { childOptions, waitingFor } from "../shared/options";
import { SgxPolicy } from "../shared/own-resources";
import { specOf, subjectOf } from "../shared/part";
import { checkPlugin } from "../shared/plugin";
import { privateEndpointOf } from "../shared/private-endpoint";
import { showWarnings } from "../shared/warnings";
import { AttestationType, type AttestationProviderArgs } from "./args";
import { x5cOf } from "./check-signed";
import {
    attestationProviderOutputs,
    attestationProviderSpec,
    checkOwnName,
    type AttestationProviderSpec,
} from "./spec";

const behind = new Behind<{ provider: AzureAttestationProvider }>();

/**
 * A provider of Azure Attestation with its SGX policy: it gives tokens to the enclaves that are described, and to no
 * others.
 *
 * The policy is no resource of ARM. The update sets it on the provider itself, which needs the role
 * Attestation Contributor there (Contributor and Owner have it too), and the resource provider `Microsoft.Attestation`
 * registered in the subscription.
 *
 * @example
 * ```ts
 * import { AttestationProvider } from "confidential-aks";
 *
 * const attestation = new AttestationProvider("attestation", {
 *     resourceGroupName: "team-a",
 *     enclaves: [{ signer: "1a2b".repeat(16), product: 7, minimumSvn: 3 }],
 * });
 * export const attestationUrl = attestation.attestationUrl;
 * ```
 */
export class AttestationProvider extends pulumi.ComponentResource {
    /**
     * URL of the provider, such as `https://myprovider.weu.attest.azure.net`: where quotes are sent, and the `iss` of
     * its tokens. It is there when the policy is set.
     */
    public readonly attestationUrl: pulumi.Output<string>;
    /** What tokens have as `x-ms-policy-hash`: a relying party that pins it trusts this policy only. */
    public readonly policyHash: pulumi.Output<string>;

    constructor(name: string, args: AttestationProviderArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `attestation provider "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, attestationProviderSpec);
        throwIfAny(subject, [...checkOwnName(name, args.name), ...problems, ...checkPlugin()]);
        super("confidential-aks:index:AttestationProvider", name, args, opts);
        showWarnings(warnings, this);
        const spec = attestationProviderOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const provider = azureProvider(name, spec, child);
        const service = { name, connection: "attestation", id: provider.id, groupId: "Standard" };
        const endpoint = privateEndpointOf(service, spec.privateEndpoint, spec, child);
        const policies = policiesOf(name, spec, provider, waitingFor(child, endpoint));
        behind.keep(this, { provider });
        // It is there when all policies are. As their output it is known in every preview that leaves them alone; the
        // provider's own is not.
        this.attestationUrl = pulumi.all(policies.map((each) => each.attestationUrl)).apply(([url = ""]) => url);
        this.policyHash = pulumi.output(policyHash(spec.policy));
        this.registerOutputs({ attestationUrl: this.attestationUrl, policyHash: this.policyHash });
    }

    /** The provider itself. */
    get provider(): AzureAttestationProvider {
        return behind.of(this).provider;
    }
}

function azureProvider(
    name: string,
    spec: AttestationProviderSpec,
    child: pulumi.CustomResourceOptions,
): AzureAttestationProvider {
    const { resourceGroupName, location, tags, name: providerName, policySigningCertificates: certificates } = spec;
    return new AzureAttestationProvider(
        name,
        {
            resourceGroupName,
            ...(location === undefined ? {} : { location }),
            ...(tags === undefined ? {} : { tags }),
            ...(providerName === undefined ? {} : { providerName }),
            properties: {
                publicNetworkAccess: spec.publicNetworkAccess ? "Enabled" : "Disabled",
                ...(certificates === undefined
                    ? {}
                    : {
                          policySigningCertificates: {
                              keys: certificates.map((pem) => ({ kty: "RSA", x5c: [x5cOf(pem)] })),
                          },
                      }),
            },
        },
        {
            ...child,
            // ARM changes tags and network access only.
            replaceOnChanges: ["properties.policySigningCertificates"],
            // A name that the arguments set is taken until the old provider is gone.
            ...(providerName === undefined ? {} : { deleteBeforeReplace: true }),
        },
    );
}

function urlOf(provider: AzureAttestationProvider): pulumi.Output<string> {
    return provider.attestUri.apply((url) => (url ?? "").replace(/\/$/, ""));
}

/** Nobody gets a token. Without a policy of its own, an attestation type has Azure's, which gives one to everybody. */
const closed = "version=1.0;\nauthorizationrules {\n    => deny();\n};\n";

/** One policy for each attestation type, also for those that are not wanted; they end with the provider. */
function policiesOf(
    name: string,
    spec: AttestationProviderSpec,
    provider: AzureAttestationProvider,
    child: pulumi.CustomResourceOptions,
): SgxPolicy[] {
    const { signedPolicy, attestationTypes } = spec;
    return Object.values(AttestationType).map(
        (attestationType) =>
            new SgxPolicy(
                `${name}-${attestationType === "SgxEnclave" ? "sgx-enclave" : "open-enclave"}`,
                {
                    attestationUrl: urlOf(provider),
                    attestationType,
                    providerId: provider.id,
                    policy: attestationTypes.includes(attestationType) ? spec.policy : closed,
                    ...(signedPolicy === undefined ? {} : { signedPolicy }),
                },
                { ...child, deletedWith: provider },
            ),
    );
}
