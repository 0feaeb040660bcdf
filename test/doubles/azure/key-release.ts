import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes, type JsonWebKey } from "node:crypto";
import { get } from "node:https";
import { base64url, readJwt, signedBy, signJwt, type Claims, type Jwt, type SigningKey } from "./jwt";
import type { KeyReleasePolicy, KeyVersion } from "./keys";
import { meets, rulesOf, type ReleaseRules } from "./release-rules";
import { refusal } from "./service";

export interface ReleaseRequest {
    target?: string;
    nonce?: string;
    enc?: string;
}

interface Asked {
    kid: string;
    version: KeyVersion;
    policy: KeyReleasePolicy;
    request: ReleaseRequest;
}

/** Which of the two texts of a 403 it is, and why. */
interface Refused {
    unverified: boolean;
    why: string;
}

/** Hash of OAEP by the algorithm of the request. */
const hashes: Readonly<Record<string, string>> = {
    CKM_RSA_AES_KEY_WRAP: "sha1",
    RSA_AES_KEY_WRAP_256: "sha256",
    RSA_AES_KEY_WRAP_384: "sha384",
};

/** Releases a key to the environment that a token attests, if its policy says so. */
export async function released(signer: SigningKey, asked: Asked): Promise<{ value: string } | Refused> {
    const { kid, version, policy, request } = asked;
    const enc = request.enc ?? "CKM_RSA_AES_KEY_WRAP";
    const oaepHash = hashes[enc];
    if (oaepHash === undefined) throw refusal(400, "BadParameter", `The property is invalid: enc ${enc}`);
    const rules = rulesOf(policy.data);
    const checked = await verified(request.target ?? "", rules);
    if ("why" in checked) return checked;
    const { iss } = checked.payload;
    const met = rules.anyOf.some((each) => each.authority === iss && meets(each, checked.payload));
    if (!met) return { unverified: false, why: "claims" };
    const target = encryptionKeyIn(checked.payload);
    if ("why" in target) return target;
    const ciphertext = wrapped(version.material.secret, target.jwk, oaepHash);
    const header = { kid: target.jwk.kid, alg: "dir", enc: "CKM_RSA_AES_KEY_WRAP" };
    const keyHsm = { schema_version: "1.0", header, ciphertext: base64url(ciphertext) };
    const key = { ...version.material.publicJwk, kid, key_ops: version.keyOps };
    const payload = {
        request: { "api-version": "7.4", enc, kid, nonce: request.nonce },
        response: {
            key: {
                key: { ...key, key_hsm: base64url(JSON.stringify(keyHsm)) },
                attributes: { enabled: version.enabled, exportable: version.exportable },
                release_policy: policy,
            },
        },
    };
    const x5c = [signer.certificate.raw.toString("base64")];
    return { value: signJwt(signer, payload, { x5c }) };
}

/** Issuer, signature and time: the keys come from the OpenID metadata of the issuer, which the policy has to name. */
async function verified(target: string, { anyOf }: ReleaseRules): Promise<Jwt | Refused> {
    const not = (why: string): Refused => ({ unverified: true, why });
    const jwt = readJwt(target);
    if (jwt === undefined) return not("no token");
    if (jwt.header["alg"] !== "RS256") return not("algorithm");
    const { iss, exp, nbf } = jwt.payload;
    if (typeof iss !== "string" || !anyOf.some(({ authority }) => authority === iss)) return not("authority");
    const metadata = await getJson(`${iss}/.well-known/openid-configuration`);
    const set = metadata === undefined ? undefined : await getJson(String(metadata["jwks_uri"]));
    const keys = Array.isArray(set?.["keys"]) ? (set["keys"] as (JsonWebKey & { kid?: string; x5c?: string[] })[]) : [];
    const jwk = keys.find(({ kid, kty, x5c }) => kid === jwt.header["kid"] && kty === "RSA" && x5c !== undefined);
    if (jwk === undefined) return not("signing key");
    if (!signedBy(jwt, createPublicKey({ key: jwk, format: "jwk" }))) return not("signature");
    const now = Date.now() / 1000;
    if (typeof exp !== "number" || exp <= now) return not("expired");
    if (typeof nbf === "number" && nbf > now) return not("not yet valid");
    return jwt;
}

/** The first RSA key of the environment that may encrypt; every key has to have a `kid`. */
function encryptionKeyIn(claims: Claims): { jwk: JsonWebKey & { kid: string } } | Refused {
    const not = (why: string): Refused => ({ unverified: false, why });
    const keys = (claims["x-ms-runtime"] as { keys?: unknown } | undefined)?.keys;
    if (!Array.isArray(keys)) return not("no runtime keys");
    const all = keys as (JsonWebKey & { kid?: string; key_use?: string; key_ops?: unknown })[];
    if (all.some(({ kid }) => typeof kid !== "string" || kid === "")) return not("runtime key without kid");
    const jwk = all.find(
        ({ kty, key_use, key_ops }) =>
            kty === "RSA" && (key_use === "enc" || (Array.isArray(key_ops) && key_ops.includes("encrypt"))),
    );
    return jwk === undefined ? not("no encryption key") : { jwk: jwk as JsonWebKey & { kid: string } };
}

/** RSA-OAEP of an AES key, followed by the key wrapped with it as RFC 5649 says. */
function wrapped(secret: Buffer, jwk: JsonWebKey, oaepHash: string): Buffer {
    const kek = randomBytes(32);
    const key = createPublicKey({ key: { kty: "RSA", n: jwk.n, e: jwk.e }, format: "jwk" });
    const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, kek);
    const cipher = createCipheriv("id-aes256-wrap-pad", kek, Buffer.from("a65959a6", "hex"));
    return Buffer.concat([encrypted, cipher.update(secret), cipher.final()]);
}

function getJson(url: string): Promise<Claims | undefined> {
    return new Promise((resolve) => {
        get(url, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () => {
                const text = Buffer.concat(chunks).toString("utf8");
                resolve(response.statusCode === 200 ? (JSON.parse(text) as Claims) : undefined);
            });
        }).on("error", () => {
            resolve(undefined);
        });
    });
}
