import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Enclave } from "../sgx";
import { packageRoot } from "./package-root";

/*
 * What ARM does not hold, as resources of this package's own provider (provider/resources): the engine starts it for a
 * program in any language. So they have previews, a state and a refresh, which a command or a hook has not.
 */

/** The options with the version of the package, by which the engine finds its provider. */
function versioned(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
    return { ...opts, version };
}

interface SgxPolicyInputs {
    attestationUrl: pulumi.Input<string>;
    attestationType: string;
    /** Id of the provider in ARM: it is known in previews in which the URL is not. */
    providerId: pulumi.Input<string>;
    policy: string;
    signedPolicy?: string;
}

/** The policy of an attestation provider for one attestation type. */
export class SgxPolicy extends pulumi.CustomResource {
    declare readonly attestationUrl: pulumi.Output<string>;
    declare readonly policyHash: pulumi.Output<string>;

    constructor(name: string, inputs: SgxPolicyInputs, opts: pulumi.CustomResourceOptions) {
        super("confidential-aks:index:SgxPolicy", name, { ...inputs, policyHash: undefined }, versioned(opts));
    }
}

interface ExportableKeyInputs {
    keyVaultUrl: pulumi.Input<string>;
    /** Id of the vault in ARM, or the URL of a Managed HSM. */
    vaultId: pulumi.Input<string>;
    keyName: string;
    keyType: string;
    keySize?: number;
    curve?: string;
    authority: pulumi.Input<string>;
    enclaves: readonly Enclave[];
    /** Which stack and component made the key. */
    owner: string;
}

/** A key of a vault or Managed HSM that leaves it for attested enclaves only. */
export class ExportableKey extends pulumi.CustomResource {
    declare readonly keyVaultUrl: pulumi.Output<string>;
    declare readonly keyName: pulumi.Output<string>;
    declare readonly keyId: pulumi.Output<string>;
    declare readonly releasePolicy: pulumi.Output<string>;

    constructor(name: string, inputs: ExportableKeyInputs, opts: pulumi.CustomResourceOptions) {
        const outputs = { keyId: undefined, releasePolicy: undefined };
        super("confidential-aks:index:ExportableKey", name, { ...inputs, ...outputs }, versioned(opts));
    }
}
