import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt, type JsonWebKey } from "node:crypto";
import { releasePolicyOf } from "../../components/sgx/release-policy/of-enclave";
import { writeReleasePolicy } from "../../components/sgx/release-policy/json";
import type { ReleasePolicy } from "../../components/sgx/release-policy/policy";
import type { Enclave } from "../../components/sgx/enclave/enclave";
import { AttestationServiceDouble } from "../doubles/azure/attestation-service";
import { EntraDouble, type Principal } from "../doubles/azure/entra";
import { base64url, readJwt, type Claims } from "../doubles/azure/jwt";
import { KeyVaultDouble } from "../doubles/azure/key-vault";
import { AzureNetwork } from "../doubles/azure/network";
import { standInQuote, type EnclaveIdentity } from "../doubles/azure/stand-in-quote";

/** Who asks for a key, where, and with which token. */
export interface Attempt {
    target?: unknown;
    /** The caller's own token, or its whole header; default: that of the identity with the role. */
    authorization?: string;
    vault?: KeyVaultDouble;
    key?: string;
    version?: string;
}

export interface Outcome {
    status: number;
    /** Message of the error, and the code inside. */
    text: string;
    inner: string;
    /** What the double says of a refused release, as Key Vault does not. */
    why: string | undefined;
    /** The key, unwrapped by the enclave. */
    secret: Buffer | undefined;
}

/** The enclave that gets the key of these tests: two builds of it, from SVN 3 on. */
export const payroll: Enclave = {
    signer: "1a".repeat(32),
    product: 7,
    minimumSvn: 3,
    measurements: ["2b".repeat(32), "3c".repeat(32)],
    debug: false,
};
export const good: EnclaveIdentity = {
    mrsigner: "1a".repeat(32),
    mrenclave: "2b".repeat(32),
    product: 7,
    svn: 3,
    debug: false,
};

/** An attestation provider, a vault with a key, an enclave with its wrapping key, and an identity that may ask. */
export class World {
    readonly network = new AzureNetwork();
    entra!: EntraDouble;
    attestation!: AttestationServiceDouble;
    vault!: KeyVaultDouble;
    pod!: Required<Principal>;
    operator!: Required<Principal>;
    /** As an enclave makes it, and as it says so in its runtime data. */
    readonly wrapping = generateKeyPairSync("rsa", { modulusLength: 2048 });
    readonly jwk: JsonWebKey & Claims = {
        ...this.wrapping.publicKey.export({ format: "jwk" }),
        kid: "enclave",
        key_ops: ["encrypt"],
    };

    async start(): Promise<void> {
        this.entra = await EntraDouble.start(this.network);
        this.attestation = await AttestationServiceDouble.start(this.network, this.entra);
        this.vault = await KeyVaultDouble.start(this.network, this.entra);
        this.operator = this.entra.principal();
        this.pod = this.entra.principal();
        this.vault.officers.add(this.operator.objectId);
        this.vault.letRelease("payroll", this.pod.objectId);
        await this.makeKey("payroll", releasePolicyOf([payroll], this.attestation.url));
    }

    /** Claims of a token for the enclave, with the wrapping key. */
    claims(change: Claims = {}): Claims {
        return {
            "x-ms-attestation-type": "sgx",
            "x-ms-sgx-is-debuggable": false,
            "x-ms-sgx-mrsigner": good.mrsigner,
            "x-ms-sgx-mrenclave": good.mrenclave,
            "x-ms-sgx-product-id": good.product,
            "x-ms-sgx-svn": good.svn,
            "x-ms-runtime": { keys: [this.jwk] },
            ...change,
        };
    }

    /** What the attestation service answers to the quote of an enclave. */
    async attest(enclave: EnclaveIdentity, runtime: Claims = { keys: [this.jwk] }, more: object = {}): Promise<string> {
        const data = JSON.stringify(runtime);
        const runtimeData = { data: base64url(data), dataType: "JSON" };
        const response = await fetch(`${this.attestation.url}/attest/SgxEnclave?api-version=2022-08-01`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ quote: standInQuote(enclave, data), runtimeData, ...more }),
        });
        const { token } = (await response.json()) as { token?: string };
        if (token === undefined) throw new Error(`no token: HTTP ${response.status}`);
        return token;
    }

    async makeKey(name: string, policy: ReleasePolicy | undefined, vault = this.vault): Promise<void> {
        const data = policy === undefined ? undefined : base64url(writeReleasePolicy(policy));
        const body = {
            kty: "oct-HSM",
            attributes: { exportable: data !== undefined },
            ...(data === undefined ? {} : { release_policy: { data } }),
        };
        await this.asOperator(vault, "POST", `/keys/${name}/create`, body);
    }

    async setReleasePolicy(name: string, policy: ReleasePolicy): Promise<void> {
        const data = base64url(writeReleasePolicy(policy));
        await this.asOperator(this.vault, "PATCH", `/keys/${name}`, { release_policy: { data } });
    }

    async asOperator(vault: KeyVaultDouble, method: string, path: string, body?: object): Promise<void> {
        const response = await fetch(`${vault.url}${path}?api-version=7.4`, {
            method,
            headers: { ...this.bearer(this.operator), "content-type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        if (!response.ok) throw new Error(await response.text());
    }

    bearer(principal: Principal): { authorization: string } {
        return { authorization: `Bearer ${this.entra.token(principal, "https://vault.azure.net")}` };
    }

    async release(attempt: Attempt): Promise<Outcome> {
        const { target, vault = this.vault, key = "payroll", version = "" } = attempt;
        const { authorization } = attempt.authorization === undefined ? this.bearer(this.pod) : attempt;
        const before = vault.refused.length;
        const response = await fetch(`${vault.url}/keys/${key}/${version}/release?api-version=7.4`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: authorization ?? "" },
            body: JSON.stringify({ target, enc: "RSA_AES_KEY_WRAP_384" }),
        });
        const reply = (await response.json()) as {
            value?: string;
            error?: { message: string; innererror?: { code: string } };
        };
        return {
            status: response.status,
            text: reply.error?.message ?? "",
            inner: reply.error?.innererror?.code ?? "",
            why: vault.refused[before],
            secret: reply.value === undefined ? undefined : this.unwrap(reply.value),
        };
    }

    /** What the enclave does with the answer. */
    unwrap(jws: string): Buffer {
        const answer = readJwt(jws)?.payload["response"] as { key: { key: { key_hsm: string } } };
        const hsm = JSON.parse(Buffer.from(answer.key.key.key_hsm, "base64url").toString()) as { ciphertext: string };
        const ciphertext = Buffer.from(hsm.ciphertext, "base64url");
        const key = this.wrapping.privateKey;
        const oaep = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha384" };
        const kek = privateDecrypt(oaep, ciphertext.subarray(0, 256));
        const decipher = createDecipheriv("id-aes256-wrap-pad", kek, Buffer.from("a65959a6", "hex"));
        return Buffer.concat([decipher.update(ciphertext.subarray(256)), decipher.final()]);
    }
}
