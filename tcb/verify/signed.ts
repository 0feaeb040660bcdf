import { verify } from "node:crypto";
import type { z } from "zod";
import { evaluationNumbers, qeIdentity, tcbInfo } from "../model/collateral.js";
import { ItemFailure } from "../model/items.js";
import { subjects, verifiedSigner, type ChainRules } from "./certificates.js";
import { NotUsable } from "./errors.js";

/** The signed member of each kind of answer, and what it holds. */
const members = {
    tcb_info: { member: "tcbInfo", schema: tcbInfo },
    qe_identity: { member: "enclaveIdentity", schema: qeIdentity },
    evaluation_numbers: { member: "tcbEvaluationDataNumbers", schema: evaluationNumbers },
} as const;
type Signed = typeof members;

/**
 * What an answer of Intel's service holds: `{"<member>":{...},"signature":"..."}`, where the signature is over the
 * bytes of the member as they are. What is read is these bytes, and nothing around them.
 */
export function verifiedMember<Kind extends keyof Signed>(
    kind: Kind,
    text: string,
    chain: string,
    rules: ChainRules | ((value: z.infer<Signed[Kind]["schema"]>) => ChainRules),
): z.infer<Signed[Kind]["schema"]> {
    const { member, schema } = members[kind];
    const form = new RegExp(
        `^\\s*\\{\\s*"${member}"\\s*:\\s*(\\{[^]*\\})\\s*,\\s*"signature"\\s*:\\s*"([0-9a-fA-F]{128})"\\s*\\}\\s*$`,
    );
    const [, signed, signature] = form.exec(text) ?? [];
    if (signed === undefined || signature === undefined)
        throw new NotUsable(ItemFailure.malformed, `no answer of Intel's service with "${member}" and a signature`);
    const value = read(signed, member, schema) as z.infer<Signed[Kind]["schema"]>;
    const signer = verifiedSigner(chain, subjects.tcbSigning, typeof rules === "function" ? rules(value) : rules);
    const key = { key: signer.publicKey, dsaEncoding: "ieee-p1363" } as const;
    if (!verify("sha256", Buffer.from(signed), key, Buffer.from(signature, "hex")))
        throw new NotUsable(ItemFailure.forged, "its signature is wrong");
    return value;
}

function read(json: string, member: string, schema: z.ZodType): unknown {
    let value: unknown;
    try {
        value = JSON.parse(json);
    } catch {
        // The parser's message quotes the text, which may be anything.
        throw new NotUsable(ItemFailure.malformed, `"${member}" is not JSON`);
    }
    const { success, error, data } = schema.safeParse(value);
    if (success) return data;
    const [issue] = error.issues;
    const place = issue?.path.map(String).join(".") ?? "";
    throw new NotUsable(ItemFailure.malformed, `"${member}" has another form: ${place}: ${issue?.message ?? ""}`);
}
