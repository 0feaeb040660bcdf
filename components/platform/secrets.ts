import * as pulumi from "@pulumi/pulumi";
import { AttestationProvider } from "../attestation-provider/attestation-provider";
import type { ConfidentialCluster } from "../cluster/confidential-cluster";
import type { ExistingCluster } from "../cluster/existing-cluster";
import { EnclaveIdentity } from "../enclave-identity/enclave-identity";
import type { EnclaveKeyArgs } from "../enclave-key/args";
import { EnclaveKey } from "../enclave-key/enclave-key";
import { existingVault } from "../enclave-key/existing-vault";
import { newVault } from "../enclave-key/new-vault";
import { enclaveKeySpec } from "../enclave-key/spec";
import { checkedNewVault, checkVaultId, newVaultSpec, type Vault } from "../enclave-key/vault-spec";
import type { KeyReleaseArgs } from "../job/args";
import { checkedValue } from "../shared/checked-later";
import { argumentsOf, checkedPart } from "../shared/part";
import type { ConfidentialPlatformArgs } from "./args";
import { ofPlatform } from "./outputs";
import type { PlatformKey, PlatformSecrets } from "./secrets-parts";

/** What the rest of a platform uses of attestation and secrets. */
export interface MadeSecrets {
    /** Undefined: nothing attests to a service. */
    attestationUrl: pulumi.Input<string> | undefined;
    keyVaultUrl: pulumi.Output<string> | undefined;
    /** What a pod is given to ask for a key, by the key's name. */
    keyRelease: ReadonlyMap<string, KeyReleaseArgs>;
}

type Cluster = ConfidentialCluster | ExistingCluster;
type Place = Pick<ConfidentialPlatformArgs, "location" | "tags">;
type KnownPlace = Place & { resourceGroupName: pulumi.Input<string> };

/** Makes provider, vault, identities and keys, in this order. */
export function platformSecrets(
    name: string,
    spec: PlatformSecrets,
    { location, tags }: Place,
    cluster: Cluster,
    parent: pulumi.Resource,
): MadeSecrets {
    const place = {
        resourceGroupName: cluster.resourceGroupName,
        ...(location === undefined ? {} : { location }),
        ...(tags === undefined ? {} : { tags }),
    };
    const provider =
        spec.provider === undefined
            ? undefined
            : new AttestationProvider(
                  name,
                  argumentsOf(ofPlatform(name, "attestation"), { ...spec.provider, ...place }),
                  { parent },
              );
    const attestationUrl = provider?.attestationUrl ?? spec.sharedUrl;
    if (attestationUrl === undefined) return { attestationUrl, keyVaultUrl: undefined, keyRelease: new Map() };
    const vault = vaultOf(name, spec, place, parent);
    const identities = new Map<string, EnclaveIdentity>();
    const keys = spec.keys.map((key) => {
        const under = `secrets.keys[${key.index}]`;
        const account = `${key.namespace}/${key.serviceAccountName}`;
        const identity = identities.get(account) ?? identityOf(name, key, spec, place, cluster, parent);
        identities.set(account, identity);
        return [key, keyOf(name, under, key, spec, attestationUrl, identity, vault, parent), identity] as const;
    });
    return {
        attestationUrl,
        keyVaultUrl: keys[0]?.[1].keyVaultUrl,
        keyRelease: new Map(
            keys.map(([{ name: key }, { keyVaultUrl, keyName }, { serviceAccountName }]) => [
                key,
                { attestationUrl, keyVaultUrl, keyName, serviceAccountName },
            ]),
        ),
    };
}

/** The vault, created or there, for all keys; undefined with a Managed HSM. */
function vaultOf(
    name: string,
    { secrets }: PlatformSecrets,
    place: KnownPlace,
    parent: pulumi.Resource,
): Vault | undefined {
    const of = ofPlatform(name, "secrets");
    if (secrets?.vaultId !== undefined)
        return existingVault(of, checkedValue(of, "vaultId", secrets.vaultId, checkVaultId), parent);
    if (secrets?.newVault === undefined) return undefined;
    const spec = checkedNewVault(of, "newVault", newVaultSpec({ ...secrets.newVault, ...place }));
    return newVault(name, spec, secrets.protect ?? true, { parent });
}

function identityOf(
    name: string,
    { namespace, serviceAccountName }: PlatformKey,
    { secrets }: PlatformSecrets,
    place: KnownPlace,
    cluster: Cluster,
    parent: pulumi.Resource,
): EnclaveIdentity {
    const otherIssuerUrls = secrets?.otherIssuerUrls;
    const args = {
        ...place,
        namespace,
        serviceAccountName,
        oidcIssuerUrl: cluster.oidcIssuerUrl,
        ...(otherIssuerUrls === undefined ? {} : { otherIssuerUrls }),
    };
    return new EnclaveIdentity(
        // With a dash, that of "a" and "b-c" would be that of "a-b" and "c".
        `${name}-${namespace}_${serviceAccountName}`,
        argumentsOf(ofPlatform(name, "secrets"), args),
        { ...cluster.workloadOptions(), parent },
    );
}

function keyOf(
    name: string,
    under: string,
    { name: key, settings, serviceAccountName }: PlatformKey,
    { secrets }: PlatformSecrets,
    attestationUrl: pulumi.Input<string>,
    identity: EnclaveIdentity,
    vault: Vault | undefined,
    parent: pulumi.Resource,
): EnclaveKey {
    const { managedHsmName, protect } = secrets ?? {};
    const releaseTo = { [serviceAccountName]: identity.principalId };
    const args: EnclaveKeyArgs = {
        ...settings,
        attestationUrl,
        ...(managedHsmName === undefined ? { vaultId: vault?.id ?? "", releaseTo } : { managedHsmName }),
        ...(protect === undefined ? {} : { protect }),
    };
    const checked = enclaveKeySpec(args);
    const spec = vault === undefined ? checked.spec : { ...checked.spec, vault: { kind: "made" as const, vault } };
    const part = checkedPart(args, { ...checked, spec });
    return new EnclaveKey(`${name}-${key}`, argumentsOf(ofPlatform(name, under), part.args), { parent });
}
