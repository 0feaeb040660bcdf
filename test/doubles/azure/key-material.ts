import { generateKeyPair, randomBytes, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Claims } from "./jwt";
import { refusal } from "./service";

/** What a key is to be. */
export interface KeyRequest {
    kty: string;
    key_size?: number;
    crv?: string;
}

/** What an HSM holds of a key. */
export interface Material {
    publicJwk: Claims;
    /** A symmetric key as it is, a private key in PKCS #8. */
    secret: Buffer;
}

const curves: Readonly<Record<string, string>> = { "P-256": "P-256", "P-384": "P-384", "P-521": "P-521" };
const pair = promisify(generateKeyPair);

/** Makes a key. */
export async function makeMaterial({ kty, key_size, crv = "P-256" }: KeyRequest): Promise<Material> {
    if (kty === "oct-HSM") {
        if (![128, 192, 256].includes(key_size ?? 256)) throw wrong(`key_size ${key_size ?? ""}`);
        return { publicJwk: { kty }, secret: randomBytes((key_size ?? 256) / 8) };
    }
    if (kty === "RSA" || kty === "RSA-HSM") {
        const modulusLength = key_size ?? 2048;
        if (![2048, 3072, 4096].includes(modulusLength)) throw wrong(`key_size ${modulusLength}`);
        return ofPair(kty, await pair("rsa", { modulusLength }));
    }
    const namedCurve = curves[crv];
    if ((kty !== "EC" && kty !== "EC-HSM") || namedCurve === undefined) throw wrong(`${kty} ${crv}`);
    return ofPair(kty, await pair("ec", { namedCurve }));
}

function ofPair(kty: string, { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Material {
    return {
        publicJwk: { ...publicKey.export({ format: "jwk" }), kty },
        secret: privateKey.export({ format: "der", type: "pkcs8" }),
    };
}

function wrong(what: string) {
    return refusal(400, "BadParameter", `The property is invalid: ${what}`);
}
