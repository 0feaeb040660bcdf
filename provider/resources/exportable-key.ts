import type { KeyVaultKey } from "@azure/keyvault-keys" with { "resolution-mode": "import" };
import { readReleasePolicy, releasePolicyOf, writeReleasePolicy, type Enclave } from "../../components/sgx";
import { createKey, deletedKey, deleteKey, getKey, recoverKey, setReleasePolicy } from "./key-vault";
import { hasUnknown, isUnknown, type OwnResource, type Properties } from "./resource";
import { isGone, isWithoutName } from "./role-spread";
import { soon } from "./soon";
import { tell } from "./tell";

/** A key of a vault or Managed HSM that leaves it for attested enclaves only. */
interface ExportableKey {
    /** URL of the vault or Managed HSM, without a slash at the end. */
    keyVaultUrl: string;
    /** Id of the vault in ARM, which says whether a URL that is not known yet is still the same. */
    vaultId: string;
    keyName: string;
    keyType: "RSA-HSM" | "EC-HSM" | "oct-HSM";
    /** Bits, of RSA and symmetric keys. */
    keySize?: number;
    /** Of elliptic curve keys. */
    curve?: string;
    /** Whose tokens count. */
    authority: string;
    enclaves: readonly Enclave[];
    /** Made of authority and enclaves; absent where the authority is known after the update. */
    releasePolicy?: string;
    /** Which stack and component made the key; a tag of it. */
    owner: string;
}

const typed = (properties: Properties) => properties as unknown as ExportableKey;

/** Tag that says whose key it is: another stack's is not taken over. */
const ownerTag = "confidential-aks-owner";

const idOf = ({ keyVaultUrl, keyName }: ExportableKey) => `${keyVaultUrl}/keys/${keyName}`;

/**
 * A key with its release policy. ARM makes keys and never changes them, so this is the data plane's: the policy is set
 * on the key, since Key Vault refuses it on a version. What an update that was killed has made is found by its tag.
 */
export const exportableKey: OwnResource = {
    check: (inputs) => {
        const { authority, enclaves } = typed(inputs);
        // Known after the update.
        if (hasUnknown(authority) || hasUnknown(enclaves)) return { inputs };
        return { inputs: { ...inputs, releasePolicy: writeReleasePolicy(releasePolicyOf(enclaves, authority)) } };
    },
    diff: (old, inputs) => {
        const [before, after] = [typed(old), typed(inputs)];
        const isMoved = isUnknown(after.keyVaultUrl)
            ? before.vaultId !== after.vaultId
            : before.keyVaultUrl !== after.keyVaultUrl;
        const material = (["keyName", "keyType", "keySize", "curve"] as const).filter(
            (name) => before[name] !== after[name],
        );
        const replaces = [...(isMoved ? ["keyVaultUrl"] : []), ...material];
        if (!isMoved && material.length > 0 && !material.includes("keyName"))
            throw new Error(
                `${idOf(before)}: ${material.join(" and ")} of a key never change, and its name stays taken after a ` +
                    "deletion. Fix: set keyName to another name, which makes another key",
            );
        const isSame = before.releasePolicy === after.releasePolicy && before.owner === after.owner;
        return { replaces, changes: replaces.length > 0 || !isSame };
    },
    create: async (inputs) => {
        const wanted = typed(inputs);
        const there = (await getKey(wanted.keyVaultUrl, wanted.keyName)) ?? (await recovered(wanted));
        const key = there === undefined ? await made(wanted) : await takenOver(wanted, there);
        return { id: idOf(wanted), outs: stateOf(wanted, key) };
    },
    read: async (id, old) => {
        const [, keyVaultUrl = "", keyName = ""] = /^(.*)\/keys\/([^/]+)$/.exec(id) ?? [];
        try {
            const key = await getKey(keyVaultUrl, keyName, false);
            if (key === undefined) return { id: "", props: {} };
            if (key.properties.enabled === false) await tell(`${id} is disabled: it is released to nobody`);
            const { keyId: _, ...known } = { ...typed(old), keyVaultUrl, keyName } as ExportableKey & {
                keyId?: string;
            };
            const inputs = {
                ...known,
                ...materialOf(key),
                releasePolicy: policyOf(key),
                owner: key.properties.tags?.[ownerTag] ?? "",
            };
            return { id, props: stateOf(inputs, key), inputs };
        } catch (error) {
            if (isGone(error)) return { id: "", props: {} };
            throw error;
        }
    },
    update: async (_, __, inputs) => {
        const wanted = typed(inputs);
        const { tags } = (await getKey(wanted.keyVaultUrl, wanted.keyName))?.properties ?? {};
        return { outs: stateOf(wanted, await withPolicy(wanted, tags)) };
    },
    delete: async (_, old) => {
        const { keyVaultUrl, keyName } = typed(old);
        const until = await deleteKey(keyVaultUrl, keyName).catch((error: unknown) => {
            if (!isWithoutName(error)) throw error;
            throw new Error(
                `${keyVaultUrl} is not found. Fix: if the vault is gone, pulumi refresh takes its keys out of the state; ` +
                    "if it has a private endpoint, run this where its name is known",
            );
        });
        if (until === undefined) return;
        await tell(
            `${keyVaultUrl}/keys/${keyName} is deleted, and can be recovered until ${until}: another update does that`,
        );
    },
};

/** Type and size as the key has them. */
function materialOf({ keyType, key }: KeyVaultKey): Partial<ExportableKey> {
    const bits = key?.n === undefined ? undefined : key.n.length * 8;
    return {
        ...(keyType === undefined ? {} : { keyType: keyType as ExportableKey["keyType"] }),
        ...(bits === undefined ? {} : { keySize: bits }),
        ...(key?.crv === undefined ? {} : { curve: key.crv }),
    };
}

function stateOf(inputs: ExportableKey, key: KeyVaultKey): ExportableKey & { keyId: string } {
    return { ...inputs, keyId: key.id ?? "" };
}

/** The release policy of a key in the form that this package writes; another text as it is. */
function policyOf({ properties }: KeyVaultKey): string {
    const text = Buffer.from(properties.releasePolicy?.encodedPolicy ?? []).toString("utf8");
    try {
        return writeReleasePolicy(readReleasePolicy(text));
    } catch {
        return text;
    }
}

async function made(wanted: ExportableKey): Promise<KeyVaultKey> {
    const { keyVaultUrl, keyName, keyType, keySize, curve, owner } = wanted;
    const key = await createKey(keyVaultUrl, keyName, keyType, {
        ...(keySize === undefined ? {} : { keySize }),
        ...(curve === undefined ? {} : { curve }),
        keyOps: operations[keyType],
        exportable: true,
        releasePolicy: { encodedPolicy: Buffer.from(policyWanted(wanted)) },
        tags: { [ownerTag]: owner },
    });
    if (!isWanted(wanted, key)) throw new Error(otherPolicy(wanted, key));
    return key;
}

/** What the vault itself does with the key: nothing that opens what it has sealed. */
const operations: Record<ExportableKey["keyType"], string[]> = {
    "RSA-HSM": ["encrypt", "wrapKey", "verify"],
    "EC-HSM": ["verify"],
    "oct-HSM": ["encrypt", "wrapKey"],
};

function policyWanted({ releasePolicy, keyName }: ExportableKey): string {
    if (releasePolicy === undefined) throw new Error(`${keyName}: the release policy is not known`);
    return releasePolicy;
}

/** A deleted key of this stack comes back: what it has sealed can be opened again. */
async function recovered(wanted: ExportableKey): Promise<KeyVaultKey | undefined> {
    const { keyVaultUrl, keyName } = wanted;
    const deleted = await deletedKey(keyVaultUrl, keyName);
    if (deleted === undefined) return undefined;
    if (deleted.properties.tags?.[ownerTag] !== wanted.owner) {
        const until = deleted.properties.scheduledPurgeDate?.toISOString().slice(0, 10) ?? "it is purged";
        throw new Error(
            `${idOf(wanted)}: a deleted key that ${otherOwner(deleted.properties.tags)} has that name until ${until}. ` +
                "Fix: set keyName to another name, or purge the deleted key where its vault allows that",
        );
    }
    await tell(`${idOf(wanted)} was deleted and is recovered`);
    return recoverKey(keyVaultUrl, keyName);
}

async function takenOver(wanted: ExportableKey, key: KeyVaultKey): Promise<KeyVaultKey> {
    const { properties } = key;
    if (properties.tags?.[ownerTag] !== wanted.owner)
        throw new Error(
            `${idOf(wanted)}: a key that ${otherOwner(properties.tags)} has that name. Fix: set keyName to another ` +
                `name; or, to have this stack manage that key, set its tag ${ownerTag} to ${wanted.owner}`,
        );
    const there = { ...wanted, ...materialOf(key) };
    const differs = (["keyType", "keySize", "curve"] as const).filter((name) => there[name] !== wanted[name]);
    if (differs.length > 0 || properties.exportable !== true)
        throw new Error(
            `${idOf(wanted)} is there with ${properties.exportable === true ? "another" : "no right to be released and another"} ` +
                `${differs.join(", ")}, which never change. Fix: set keyName to another name`,
        );
    await tell(`${idOf(wanted)} is there already, made by this stack, and gets the release policy that is wanted`);
    return withPolicy(wanted, properties.tags);
}

const otherOwner = (tags: Record<string, string> | undefined) =>
    tags?.[ownerTag] === undefined ? "this package did not make" : `"${tags[ownerTag]}" made`;

/** The key with the release policy that is wanted, which is set where it has another one. */
async function withPolicy(wanted: ExportableKey, tags: Record<string, string> = {}): Promise<KeyVaultKey> {
    const { keyVaultUrl, keyName, keyType, owner } = wanted;
    await setReleasePolicy(keyVaultUrl, keyName, {
        releasePolicy: { encodedPolicy: Buffer.from(policyWanted(wanted)) },
        keyOps: operations[keyType],
        tags: { ...tags, [ownerTag]: owner },
    });
    let key: KeyVaultKey | undefined;
    const isSet = async () => {
        key = await getKey(keyVaultUrl, keyName);
        return key !== undefined && isWanted(wanted, key);
    };
    if (!(await soon(isSet)) || key === undefined) throw new Error(otherPolicy(wanted, key));
    return key;
}

function otherPolicy(wanted: ExportableKey, key: KeyVaultKey | undefined): string {
    if (key === undefined) return `${idOf(wanted)} is gone`;
    const fix =
        key.properties.releasePolicy?.immutable === true ? ": it is immutable. Fix: set keyName to another name" : "";
    return `${idOf(wanted)}: the release policy was set, and the key has another one (${policyOf(key)})${fix}`;
}

/** Microsoft writes authorities with a slash at the end, too. */
function isWanted(wanted: ExportableKey, key: KeyVaultKey): boolean {
    return policyOf(key).replaceAll('.attest.azure.net/"', '.attest.azure.net"') === policyWanted(wanted);
}
