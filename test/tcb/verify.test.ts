import { describe, expect, test } from "vitest";
import type { PckCa } from "../../tcb/model/collateral";
import { checkIssued, checkValid, readCertificates } from "../../tcb/verify/certificates";
import { verifiedPckList, verifiedRootList } from "../../tcb/verify/revocation";
import { intelRoot } from "../../tcb/verify/root";
import { readQuote } from "../../tcb/verify/quote";
import { verifiedMember } from "../../tcb/verify/signed";
import { recorded, recordedQuote } from "./support/recordings";

const rootList = verifiedRootList(recorded("root-ca-crl").body, intelRoot);
const rules = { anchor: intelRoot, at: new Date("2025-06-20T00:00:00Z"), revoked: rootList.revoked };

describe("what Intel's service answered in 2025 is genuine, up to Intel's root:", () => {
    test.each([
        ["tcb-standard", 17],
        ["tcb-early", 19],
        ["quote-tcb", 17],
    ])("TCB info, %s", (name, number) => {
        const { body, chain } = recorded(name);
        const value = verifiedMember("tcb_info", body.toString(), chain, rules);
        expect(value).toMatchObject({ id: "SGX", tcbEvaluationDataNumber: number });
    });

    test.each(["qe-identity", "quote-qe-identity"])("QE identity, %s", (name) => {
        const { body, chain } = recorded(name);
        expect(verifiedMember("qe_identity", body.toString(), chain, rules).tcbLevels[0]?.tcb.isvsvn).toBe(8);
    });

    test("the list of evaluation sets", () => {
        const { body, chain } = recorded("evaluation-numbers");
        const { tcbEvalNumbers } = verifiedMember("evaluation_numbers", body.toString(), chain, rules);
        expect(tcbEvalNumbers.map(({ tcbEvaluationDataNumber }) => tcbEvaluationDataNumber)).toEqual([19, 18, 17]);
    });

    test("lists of revoked certificates", () => {
        expect(rootList).toEqual({
            issueDate: new Date("2025-03-20T11:21:57Z"),
            nextUpdate: new Date("2026-04-03T11:21:57Z"),
            revoked: new Set(),
        });
        const listOf = (name: string, ca: PckCa) => {
            const { body, chain } = recorded(name);
            return verifiedPckList(body, chain, ca, rules);
        };
        expect(listOf("pck-crl-processor", "processor").revoked.size).toBe(0);
        const platform = listOf("pck-crl-platform", "platform");
        expect(platform.revoked).toContain("6FC34E5023E728923435D61AA4B83C618166AD35");
        expect(platform.revoked.size).toBeGreaterThan(10);
    });

    test("a quote, and the PCK certificate in it", () => {
        const { body, chain } = recorded("quote-pck-crl");
        const { revoked, issuer } = verifiedPckList(body, chain, "processor", rules);
        const { fmspc, tcb, certificate, quotingEnclave } = readQuote(recordedQuote);
        expect({ fmspc, tcb }).toEqual({
            fmspc: "00A067110000",
            tcb: { components: [11, 11, 2, 2, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], pceSvn: 13 },
        });
        expect(certificate).toMatchObject({ ca: "processor", serial: "81B77732B761E98EB9B963A4ABD1E5B9BF5DD8D6" });
        expect(revoked).not.toContain(certificate.serial);
        checkIssued(certificate.x509, issuer);
        checkValid(certificate.x509, rules.at);
        expect(quotingEnclave).toMatchObject({
            mrsigner: "8C4F5775D796503E96137F77C68A829A0056AC8DED70140B081B094490C57BFF",
            isvProdId: 1,
        });
        expect(readCertificates(recordedQuote.toString("latin1"))).toHaveLength(3);
    });
});
