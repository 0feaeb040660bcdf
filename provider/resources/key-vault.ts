import type {
    CreateKeyOptions,
    DeletedKey,
    KeyClient,
    KeyVaultKey,
    UpdateKeyPropertiesOptions,
} from "@azure/keyvault-keys" with { "resolution-mode": "import" };
import { credential } from "./credential";
import { statusOf, whileRoleSpreads } from "./role-spread";

/*
 * Keys of a vault or Managed HSM, by Azure's library. Each call is repeated while the role of who runs the update may
 * still spread.
 */

const clients = new Map<string, Promise<KeyClient>>();

function clientOf(url: string): Promise<KeyClient> {
    const client = clients.get(url) ?? makeClient(url);
    clients.set(url, client);
    return client;
}

async function makeClient(url: string): Promise<KeyClient> {
    const { KeyClient } = await import("@azure/keyvault-keys");
    return new KeyClient(url, await credential());
}

/** What who runs the update needs. */
const roleAt = (url: string) =>
    new URL(url).hostname.includes(".managedhsm.")
        ? "Managed HSM Crypto User (to delete and recover keys: Managed HSM Crypto Officer)"
        : "Key Vault Crypto Officer";

async function ask<T>(url: string, call: (client: KeyClient) => Promise<T>, isNew = true): Promise<T> {
    const client = await clientOf(url);
    return whileRoleSpreads({ place: url, role: roleAt(url), isNew }, () => call(client));
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
    }
}

/** The newest version of a key; undefined where there is none. `isNew`: the role for it may just have been given. */
export const getKey = (url: string, name: string, isNew = true): Promise<KeyVaultKey | undefined> =>
    ask(url, (client) => unlessMissing(client.getKey(name)), isNew);

/**
 * A key that was deleted and can be recovered. In a Managed HSM only a Crypto Officer may see it, while a Crypto User
 * makes keys: without the right it counts as none, and a name that is taken is said when the key is made.
 */
export async function deletedKey(url: string, name: string): Promise<DeletedKey | undefined> {
    const client = await clientOf(url);
    try {
        return await client.getDeletedKey(name);
    } catch (error) {
        if (statusOf(error) === 404 || statusOf(error) === 403) return undefined;
        throw error;
    }
}

export const createKey = (url: string, name: string, type: string, options: CreateKeyOptions): Promise<KeyVaultKey> =>
    ask(url, (client) => client.createKey(name, type, options));

/** Sets the release policy of the key, and the tags of its newest version. */
export const setReleasePolicy = (
    url: string,
    name: string,
    options: UpdateKeyPropertiesOptions,
): Promise<KeyVaultKey> => ask(url, (client) => client.updateKeyProperties(name, options));

export const recoverKey = (url: string, name: string): Promise<KeyVaultKey> =>
    ask(url, async (client) => (await client.beginRecoverDeletedKey(name)).pollUntilDone());

/** Deletes a key; it can be recovered until the day that comes back. Undefined: there is none, or it is not said. */
export const deleteKey = (url: string, name: string): Promise<string | undefined> =>
    ask(
        url,
        async (client) => {
            const poller = await unlessMissing(client.beginDeleteKey(name));
            const deleted = await poller?.pollUntilDone();
            return deleted?.properties.scheduledPurgeDate?.toISOString().slice(0, 10);
        },
        false,
    );
