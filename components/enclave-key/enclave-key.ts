import * as pulumi from "@pulumi/pulumi";
import { throwIfAny, type Problem } from "../problems";
import { childOptions, waitingFor } from "../shared/options";
import { ExportableKey } from "../shared/own-resources";
import { specOf, subjectOf } from "../shared/part";
import { checkPlugin } from "../shared/plugin";
import { assignRole, roles } from "../shared/role-assignments";
import type { Subject } from "../shared/checked-later";
import { showWarnings } from "../shared/warnings";
import type { EnclaveKeyArgs } from "./args";
import { existingVault } from "./existing-vault";
import { newVault } from "./new-vault";
import { checkKeyName, enclaveKeyOutputs, enclaveKeySpec, type EnclaveKeySpec } from "./spec";
import type { Vault } from "./vault-spec";

/**
 * A key that Azure Key Vault or a Managed HSM releases to an attested enclave, and to nothing else: its release policy
 * is made from the description of the enclave.
 *
 * The release policy changes in place. Keys are no resources of ARM beyond their creation: the update makes and changes
 * them in the vault itself, for which its principal needs the role Key Vault Crypto Officer there and a network way to
 * it. A deleted key can be recovered for the vault's retention; another update of the same stack does that.
 *
 * @example
 * ```ts
 * import { AttestationProvider, EnclaveKey } from "confidential-aks";
 *
 * const enclave = { signer: "1a2b".repeat(16), product: 7, minimumSvn: 3 };
 * const resourceGroupName = "team-a";
 * const attestation = new AttestationProvider("attestation", { resourceGroupName, enclaves: [enclave] });
 * const key = new EnclaveKey("payroll", {
 *     attestationUrl: attestation.attestationUrl,
 *     enclave,
 *     newVault: { name: "team-a-payroll", resourceGroupName },
 * });
 * export const keyName = key.keyName;
 * ```
 */
export class EnclaveKey extends pulumi.ComponentResource {
    /** URL of the vault or Managed HSM. */
    public readonly keyVaultUrl: pulumi.Output<string>;
    /** Name of the key. What uses this output waits for the roles of `releaseTo` too. */
    public readonly keyName: pulumi.Output<string>;
    /** Id of the newest version of the key. */
    public readonly keyId: pulumi.Output<string>;
    /** The release policy as Key Vault has it, JSON. */
    public readonly releasePolicy: pulumi.Output<string>;

    constructor(name: string, args: EnclaveKeyArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `enclave key "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, enclaveKeySpec);
        throwIfAny(subject, [...checkName(name, checked), ...problems, ...checkPlugin()]);
        super("confidential-aks:index:EnclaveKey", name, args, opts);
        showWarnings(warnings, this);
        const of = subjectOf(args, subject);
        const spec = enclaveKeyOutputs(of, checked);
        const child = childOptions(this, opts);
        const vault = vaultOf(of, name, spec, child, this);
        const keyName = spec.keyName ?? name;
        const key = new ExportableKey(
            name,
            {
                keyVaultUrl: vault.url,
                vaultId: vault.id,
                keyName,
                ...spec.material,
                authority: spec.attestationUrl,
                enclaves: spec.enclaves,
                owner: ownerOf(name),
            },
            { ...waitingFor(child, vault.after), protect: spec.protect },
        );
        const scope = pulumi.all([vault.id, key.urn]).apply(([id]) => `${id}/keys/${keyName}`);
        const assigned = Object.entries(spec.releaseTo).map(([to, principalId]) =>
            assignRole(`${name}-release-${to}`, principalId, roles.keyRelease, scope, waitingFor(child, [key])),
        );
        this.keyVaultUrl = key.keyVaultUrl;
        this.keyName = pulumi.all([key.keyName, pulumi.all(assigned.map(({ urn }) => urn))]).apply(([known]) => known);
        this.keyId = key.keyId;
        this.releasePolicy = key.releasePolicy;
        this.registerOutputs({
            keyVaultUrl: this.keyVaultUrl,
            keyName: this.keyName,
            keyId: this.keyId,
            releasePolicy: this.releasePolicy,
        });
    }
}

/** Which component made a key. Two organizations have projects and stacks of the same name. */
function ownerOf(name: string): string {
    return [organization(), pulumi.getProject(), pulumi.getStack(), name].join("/");
}

/** The organization of the update. Unit tests that set no organization have none, and the SDK throws there. */
function organization(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}

/** The component's name is the key's where the arguments name no other. */
function checkName(name: string, { keyName }: EnclaveKeySpec): Problem[] {
    if (keyName !== undefined) return [];
    return checkKeyName("name", name).map((problem) => ({ ...problem, remedy: `${problem.remedy}, or set keyName` }));
}

function vaultOf(
    of: Subject,
    name: string,
    { vault, protect }: EnclaveKeySpec,
    child: pulumi.CustomResourceOptions,
    parent: pulumi.Resource,
): Vault {
    if (vault.kind === "made") return vault.vault;
    if (vault.kind === "new") return newVault(name, vault.vault, protect, child);
    if (vault.kind === "vault") return existingVault(of, vault.id, parent);
    const url = `https://${vault.name.toLowerCase()}.managedhsm.azure.net`;
    return { id: url, url, after: [] };
}
