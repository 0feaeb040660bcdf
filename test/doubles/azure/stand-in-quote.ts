import { createHash } from "node:crypto";
import { base64url, type Claims } from "./jwt";
import { refusal } from "./service";

/** What is known of an enclave. */
export interface EnclaveIdentity {
    mrsigner: string;
    mrenclave: string;
    product: number;
    svn: number;
    debug: boolean;
}

/** Body of a request to attest. */
export interface AttestRequest {
    quote?: string;
    report?: string;
    runtimeData?: { data: string; dataType: "JSON" | "Binary" };
    draftPolicyForAttestation?: string;
    nonce?: string;
}

type Quote = EnclaveIdentity & { standInQuote: 1; reportData: string };

/**
 * A stand-in for a quote: JSON that says who the enclave is, with the hash of its runtime data as its report data. It
 * is no SGX quote, and no service but the double takes it.
 */
export function standInQuote(enclave: EnclaveIdentity, runtimeData: string): string {
    const reportData = createHash("sha256").update(runtimeData).digest("hex").padEnd(128, "0");
    return base64url(JSON.stringify({ standInQuote: 1, ...enclave, reportData } satisfies Quote));
}

/** Claims that Azure Attestation makes of a quote. */
export function claimsOfQuote(encoded: string | undefined): Record<string, string | number | boolean> {
    const quote = quoteIn(encoded ?? "");

    if (quote?.standInQuote !== 1) throw refusal(400, "InvalidQuote", "no quote, nor a stand-in of one");
    return {
        "x-ms-attestation-type": "sgx",
        "x-ms-sgx-is-debuggable": quote.debug,
        "x-ms-sgx-mrenclave": quote.mrenclave,
        "x-ms-sgx-mrsigner": quote.mrsigner,
        "x-ms-sgx-product-id": quote.product,
        "x-ms-sgx-svn": quote.svn,
        "x-ms-sgx-report-data": quote.reportData,
    };
}

/** Runtime data may be left out; what is given has to have the hash in the report data. */
export function runtimeClaims({ runtimeData, nonce }: AttestRequest, reportData: unknown): Claims {
    const asked = nonce === undefined ? {} : { nonce };
    if (runtimeData === undefined) return asked;
    const data = Buffer.from(runtimeData.data, "base64url");
    const hash = createHash("sha256").update(data).digest("hex");
    if (typeof reportData !== "string" || !reportData.startsWith(hash))
        throw refusal(400, "InvalidParameter", "the hash of the runtime data is not in the report data");
    if (runtimeData.dataType === "Binary") return { ...asked, "x-ms-sgx-ehd": base64url(data) };
    return { ...asked, "x-ms-runtime": JSON.parse(data.toString("utf8")) as unknown };
}

function quoteIn(encoded: string): Quote | undefined {
    try {
        return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")) as Quote;
    } catch {
        return undefined;
    }
}
