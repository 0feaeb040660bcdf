import { createPublicKey } from "node:crypto";
import type { Anchor } from "./certificates.js";

/**
 * Key of "Intel SGX Root CA", valid until the end of 2049: the point on P-256, from
 * https://certificates.trustedservices.intel.com/Intel_SGX_Provisioning_Certification_RootCA.pem
 */
const point =
    "0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5" +
    "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394";

const part = (from: number) => Buffer.from(point.slice(from, from + 64), "hex").toString("base64url");

/** Intel. */
export const intelRoot: Anchor = {
    key: createPublicKey({ key: { kty: "EC", crv: "P-256", x: part(0), y: part(64) }, format: "jwk" }),
};
