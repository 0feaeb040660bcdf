import { randomBytes } from "node:crypto";
import type { EntraDouble } from "./entra";
import { signingKey, type Claims, type SigningKey } from "./jwt";
import { beingDeleted, deletedButRecoverable } from "./key-vault-errors";
import { makeMaterial, type KeyRequest } from "./key-material";
import { released, type ReleaseRequest } from "./key-release";
import { policyOf, type Key, type KeyAttributes, type KeyVersion } from "./keys";
import type { AzureNetwork } from "./network";
import { Refusals } from "./refusals";
import { refusal, type Answer, type Call, type Service } from "./service";

export interface KeyVaultOptions {
    name?: string;
    /** Default true. */
    purgeProtection?: boolean;
}

const audience = "https://vault.azure.net";

/**
 * A double of the data plane of a Premium vault: keys, their release policies and their release, made from the OpenAPI
 * description, the documentation, and errors that SDKs have recorded. Not documented, and so a guess here: that all
 * versions of a key have one release policy, and the default of `enc`.
 */
export class KeyVaultDouble {
    /** Object ids with Key Vault Crypto Officer: `vaults/keys/*`, so release as well. */
    readonly officers = new Set<string>();
    /** Object ids with Key Vault Crypto Service Release User, by the name of the key. */
    readonly releaseUsers = new Map<string, Set<string>>();
    /** Answers 403 while a role spreads. */
    readonly spreading = new Refusals();
    /** Answers as while a deletion goes on: for so many calls there is no deleted key yet, and its name is taken. */
    readonly deleting = new Refusals();
    /** Code inside the 403 that every call gets: the networks of the vault do not let the caller in. */
    refusing: "ForbiddenByFirewall" | undefined;
    /** Why releases were refused, as the real service does not say it. */
    readonly refused: string[] = [];
    readonly host: string;
    readonly name: string;
    service!: Service;
    private readonly signer: SigningKey;
    private readonly keys = new Map<string, Key>();
    private readonly deleted = new Map<string, Key>();

    private constructor(
        network: AzureNetwork,
        private readonly entra: EntraDouble,
        private readonly options: KeyVaultOptions,
    ) {
        this.name = options.name ?? "vault";
        this.host = `${this.name}.vault.azure.net`;
        this.signer = signingKey(network.folder, `vault-${this.name}`, this.host);
    }

    static async start(
        network: AzureNetwork,
        entra: EntraDouble,
        options: KeyVaultOptions = {},
    ): Promise<KeyVaultDouble> {
        const double = new KeyVaultDouble(network, entra, options);
        double.service = await network.serve(double.host, (call) => double.answer(call));
        return double;
    }

    get url(): string {
        return `https://${this.host}`;
    }

    /** Gives the role for the release of one key. */
    letRelease(key: string, objectId: string): void {
        this.releaseUsers.set(key, (this.releaseUsers.get(key) ?? new Set()).add(objectId));
    }

    /** The key as the HSM holds it: private or secret bytes of its latest version. */
    secretOf(name: string): Buffer | undefined {
        return this.keys.get(name)?.versions.at(-1)?.material.secret;
    }

    /** Text of its release policy. */
    policyOf(name: string): string | undefined {
        const data = this.keys.get(name)?.policy?.data;
        return data === undefined ? undefined : Buffer.from(data, "base64url").toString("utf8");
    }

    /** How many versions a key has. */
    versionsOf(name: string): number {
        return this.keys.get(name)?.versions.length ?? 0;
    }

    /** The newest version of a key, for others with the role to change. */
    readonly newest = (name: string): KeyVersion => this.version(this.key(name), "");

    /** Gives a key another release policy, as somebody else with the role would. */
    overwrite(name: string, policy: string): void {
        const data = Buffer.from(policy).toString("base64url");
        this.key(name).policy = { contentType: "application/json; charset=utf-8", data, immutable: false };
    }

    /** Makes a key as somebody else with the role would. */
    async plant(name: string, policy: string): Promise<void> {
        const data = Buffer.from(policy).toString("base64url");
        await this.create(name, {
            kty: "RSA-HSM",
            key_size: 2048,
            attributes: { exportable: true },
            release_policy: { data },
        });
    }

    private async answer(call: Call): Promise<Answer> {
        const caller = this.entra.claimsOf(call.headers.authorization, audience);
        if (caller === undefined) throw this.challenge();
        if (this.refusing !== undefined) throw refusal(403, "Forbidden", "Not authorized.", this.refusing);
        if (!/^(7\.[3-6]|20\d\d-\d\d-\d\d)(-preview[.\d]*)?$/.test(call.query.get("api-version") ?? ""))
            throw refusal(400, "BadParameter", "The specified version is not recognized.");
        const [room = "", name = "", more = "", last = ""] = call.path.split("/").slice(1);
        const at = `${call.method} ${room}`;
        if (at === "POST keys" && last === "release") return this.release(call, caller, name, more);
        // Azure's SDK leaves an empty version out.
        if (at === "POST keys" && more === "release") return this.release(call, caller, name, "");
        this.authorize(this.officers, caller, name, at);
        if (at === "POST keys" && more === "create") return this.create(name, JSON.parse(call.body) as KeyRequest);
        if (at === "GET keys" && more === "versions") return this.list(name);
        if (at === "GET keys") return this.show(this.key(name), more);
        if (at === "PATCH keys") return this.update(name, more, JSON.parse(call.body) as KeyAttributes);
        if (at === "DELETE keys") return this.remove(name);
        if (at === "GET deletedkeys") return this.showDeleted(this.deletedKey(name));
        if (at === "POST deletedkeys" && more === "recover") return this.recover(name);
        if (at === "DELETE deletedkeys") return this.purge(name);
        throw refusal(405, "MethodNotAllowed", at);
    }

    private challenge() {
        const error = refusal(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        const authority = `https://login.microsoftonline.com/${this.entra.tenantId}`;
        const header = `Bearer authorization="${authority}", resource="${audience}"`;
        error.answer.headers = { "www-authenticate": header };
        return error;
    }

    private authorize(allowed: ReadonlySet<string>, caller: Claims, key: string, action: string): void {
        if (allowed.has(String(caller["oid"])) && !this.spreading.next()) return;
        const lines = [
            "Caller is not authorized to perform action on resource.",
            "If role assignments, deny assignments or role definitions were changed recently, please observe " +
                "propagation time.",
            `Caller: appid=${String(caller["appid"])};oid=${String(caller["oid"])};iss=${String(caller["iss"])}`,
            `Action: '${action}'`,
            `Resource: '${this.name}/keys/${key}'`,
            `Vault: ${this.name};location=westeurope`,
        ];
        throw refusal(403, "Forbidden", lines.join("\r\n"), "ForbiddenByRbac");
    }

    private async create(name: string, request: KeyRequest & KeyAttributes): Promise<Answer> {
        if (this.deleted.has(name)) throw this.deleting.next() ? beingDeleted(name) : deletedButRecoverable(name);
        const existing = this.keys.get(name);
        const exportable = request.attributes?.exportable ?? existing?.versions[0].exportable ?? false;
        if (existing !== undefined && existing.versions[0].exportable !== exportable)
            throw refusal(400, "BadParameter", "AKV.SKR.1003: Exportable attribute cannot be changed.");
        const policy = policyOf(request, existing?.policy);
        if (exportable && policy === undefined)
            throw refusal(400, "BadParameter", "AKV.SKR.1004: Exportable keys must have release policy.");
        if (!exportable && policy !== undefined)
            throw refusal(400, "BadParameter", "AKV.SKR.1005: Non-exportable keys must not have release policy.");
        if (exportable && !request.kty.endsWith("-HSM"))
            throw refusal(400, "BadParameter", "AKV.SKR.1006: Exportable software keys are not supported.");
        const now = Math.floor(Date.now() / 1000);
        const version: KeyVersion = {
            ...{ version: randomBytes(16).toString("hex"), exportable, enabled: request.attributes?.enabled ?? true },
            ...{ keyOps: request.key_ops ?? [], tags: request.tags ?? {}, created: now, updated: now },
            material: await makeMaterial(request),
        };
        const key: Key = existing ?? { name, versions: [version] };
        if (existing !== undefined) key.versions.push(version);
        if (policy !== undefined) key.policy = policy;
        this.keys.set(name, key);
        return this.show(key, "");
    }

    private update(name: string, version: string, request: KeyAttributes): Answer {
        const key = this.key(name);
        const found = this.version(key, version);
        if (request.attributes?.exportable !== undefined && request.attributes.exportable !== found.exportable)
            throw refusal(400, "BadParameter", "AKV.SKR.1014: Cannot modify the exportable state of a key.");
        if (request.release_policy !== undefined) {
            if (version !== "") {
                const text = "AKV.SKR.1016: Key Release Policy can only be set on versionless key.";
                throw refusal(400, "BadParameter", text);
            }
            if (!found.exportable)
                throw refusal(400, "BadParameter", "AKV.SKR.1005: Non-exportable keys must not have release policy.");
            key.policy = policyOf(request, key.policy) ?? key.policy;
        }
        found.enabled = request.attributes?.enabled ?? found.enabled;
        found.keyOps = request.key_ops ?? found.keyOps;
        found.tags = request.tags ?? found.tags;
        found.updated = Math.floor(Date.now() / 1000);
        return this.show(key, version);
    }

    private async release(call: Call, caller: Claims, name: string, version: string): Promise<Answer> {
        const allowed = new Set([...this.officers, ...(this.releaseUsers.get(name) ?? [])]);
        this.authorize(allowed, caller, name, "Microsoft.KeyVault/vaults/keys/release/action");
        const key = this.key(name);
        const found = this.version(key, version);
        if (!found.exportable || !found.enabled || key.policy === undefined)
            throw refusal(403, "Forbidden", "Operation release is not allowed on this key.", "KeyOperationForbidden");
        const kid = `${this.url}/keys/${name}/${found.version}`;
        const request = JSON.parse(call.body) as ReleaseRequest;
        const result = await released(this.signer, { kid, version: found, policy: key.policy, request });
        if ("value" in result) return { status: 200, body: result };
        this.refused.push(result.why);
        const text = result.unverified
            ? "Target environment attestation statement cannot be verified."
            : "Target environment attestation does not meet key release policy requirements.";
        throw refusal(403, "Forbidden", text, "AccessDenied");
    }

    private list(name: string): Answer {
        const value = this.key(name).versions.map((each) => {
            const { key, ...rest } = this.bundle(this.key(name), each);
            return { kid: key.kid, ...rest };
        });
        return { status: 200, body: { value, nextLink: null } };
    }

    private remove(name: string): Answer {
        const key = this.key(name);
        this.keys.delete(name);
        key.deleted = Math.floor(Date.now() / 1000);
        this.deleted.set(name, key);
        return this.showDeleted(key);
    }

    private recover(name: string): Answer {
        const key = this.deletedKey(name);
        this.deleted.delete(name);
        this.keys.set(name, key);
        return this.show(key, "");
    }

    private purge(name: string): Answer {
        this.deletedKey(name);
        if (this.options.purgeProtection ?? true)
            throw refusal(403, "Forbidden", "Operation purge is not allowed: purge protection is enabled.");
        this.deleted.delete(name);
        return { status: 204 };
    }

    private key(name: string): Key {
        const key = this.keys.get(name);
        if (key !== undefined) return key;
        const text = `A key with (name/id) ${name} was not found in this key vault.`;
        throw refusal(404, "KeyNotFound", text);
    }

    private deletedKey(name: string): Key {
        const key = this.deleted.get(name);
        if (key !== undefined && !this.deleting.next()) return key;
        throw refusal(404, "KeyNotFound", `Deleted Key not found: ${name}`);
    }

    private version(key: Key, version: string): KeyVersion {
        const found = version === "" ? key.versions.at(-1) : key.versions.find((each) => each.version === version);
        if (found !== undefined) return found;
        throw refusal(
            404,
            "KeyNotFound",
            `A key with (name/id) ${key.name}/${version} was not found in this key vault.`,
        );
    }

    private show(key: Key, version: string): Answer {
        return { status: 200, body: this.bundle(key, this.version(key, version)) };
    }

    private showDeleted(key: Key): Answer {
        const recoveryId = `${this.url}/deletedkeys/${key.name}`;
        const deletedDate = key.deleted ?? 0;
        const dates = { deletedDate, scheduledPurgeDate: deletedDate + 90 * 86_400 };
        const body = { recoveryId, ...dates, ...this.bundle(key, this.version(key, "")) };
        return { status: 200, body };
    }

    private bundle({ name, policy }: Key, version: KeyVersion) {
        const recoveryLevel = this.options.purgeProtection === false ? "Recoverable+Purgeable" : "Recoverable";
        const { enabled, exportable, created, updated } = version;
        return {
            key: {
                kid: `${this.url}/keys/${name}/${version.version}`,
                key_ops: version.keyOps,
                ...version.material.publicJwk,
            },
            attributes: { enabled, exportable, created, updated, recoveryLevel, recoverableDays: 90 },
            tags: version.tags,
            ...(policy === undefined ? {} : { release_policy: policy }),
        };
    }
}
