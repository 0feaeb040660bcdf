import { describe, expect, test } from "vitest";
import { Extension } from "@peculiar/asn1-x509";
import { OctetString } from "@peculiar/asn1-schema";
import { exitCode } from "../../tcb/run";
import { Authority } from "../doubles/intel-pcs/authority";
import { recordedFmspc, type AnswerOfDouble, type IntelPcsDouble } from "../doubles/intel-pcs/service";
import { changing, check, found, withBody, withDouble } from "./support/check";

const of = withDouble();
const tcb = "/v4/tcb?";
const standardTcb = `/v4/tcb?fmspc=${recordedFmspc}&update=standard`;
const standard = `TCB info of ${recordedFmspc} (standard)`;
const early = `TCB info of ${recordedFmspc} (early)`;

/** An answer of TCB info by another signer, with its chain. */
function signedBy({ body }: AnswerOfDouble, signer: Authority, ...chain: Authority[]): AnswerOfDouble {
    const { tcbInfo } = JSON.parse(body.toString()) as { tcbInfo: object };
    const json = JSON.stringify(tcbInfo);
    return {
        status: 200,
        headers: {
            "TCB-Info-Issuer-Chain": encodeURIComponent([signer, ...chain].map(({ pem }) => pem).join("")),
        },
        body: Buffer.from(`{"tcbInfo":${json},"signature":"${signer.signHex(json)}"}`),
    };
}

test("a service that is Intel's in everything has no finding", async () => {
    const report = await check(of.intel);
    expect(report.findings).toEqual([]);
    expect(exitCode(report, "warning")).toBe(0);
});

describe("TCB info is forged where", () => {
    test.each<[string, (answer: AnswerOfDouble, intel: IntelPcsDouble) => AnswerOfDouble, string]>([
        [
            "one digit is another one",
            (answer) => withBody(answer, answer.body.toString().replace('"svn":21', '"svn":20')),
            "its signature is wrong",
        ],
        [
            "a space is added to what is signed",
            (answer) => withBody(answer, answer.body.toString().replace('"svn":21', '"svn": 21')),
            "its signature is wrong",
        ],
        [
            "the signature is that of another set",
            (answer, intel) => {
                const other = intel.answerOf(new URL(`http://double${standardTcb.replace("standard", "early")}`));
                const [, signature = ""] = /"signature":"(\w+)"/.exec(other.body.toString()) ?? [];
                const text = answer.body.toString().replace(/"signature":"\w+"/, `"signature":"${signature}"`);
                return withBody(answer, text);
            },
            "its signature is wrong",
        ],
        [
            "all of it is another root's, of the same name",
            (answer) => {
                const root = Authority.root();
                return signedBy(answer, root.issue({ name: "Intel SGX TCB Signing" }), root);
            },
            "the root of its chain is not Intel's",
        ],
        [
            "another root's signer is shown with Intel's root",
            (answer, { root }) => signedBy(answer, Authority.root().issue({ name: "Intel SGX TCB Signing" }), root),
            'the certificate of "Intel SGX TCB Signing" is not signed by its issuer',
        ],
        [
            "another certificate of Intel's signs",
            (answer, { cas, root }) => signedBy(answer, cas.platform, root),
            'it is signed by "Intel SGX PCK Platform CA", not by "Intel SGX TCB Signing"',
        ],
        [
            "a signer of the right name is issued by another CA of Intel's",
            (answer, { cas, root }) =>
                signedBy(answer, cas.platform.issue({ name: "Intel SGX TCB Signing" }), cas.platform, root),
            "a chain of two certificates is expected",
        ],
        [
            "it is genuine, and about another FMSPC",
            ({ body }, intel) => {
                const { tcbInfo } = JSON.parse(body.toString()) as { tcbInfo: object };
                return intel.signed("tcbInfo", "TCB-Info-Issuer-Chain", { ...tcbInfo, fmspc: "00606A000000" });
            },
            "it is about FMSPC 00606A000000",
        ],
    ])("%s", async (_, change, detail) => {
        changing(of.intel, standardTcb, (answer) => change(answer, of.intel));
        const report = await check(of.intel);
        expect(found(report)).toEqual([`problem forged: ${standard}`]);
        expect(report.findings[0]?.seen).toContain(detail);
        expect(exitCode(report, "problem")).toBe(3);
    });

    test("a set was asked for by its number, and another one comes", async () => {
        const { intel } = of;
        intel.sets[21] = intel.sets[22] = intel.sets[20]!;
        intel.early = 22;
        changing(intel, `${tcb}fmspc=${recordedFmspc}&tcbEvaluationDataNumber=21`, () =>
            intel.answerOf(new URL(`http://double${tcb}fmspc=${recordedFmspc}&tcbEvaluationDataNumber=20`)),
        );
        expect(found(await check(intel))).toContain(`warning forged: TCB info of ${recordedFmspc} (set 21)`);
    });
});

test("a forged early set is a warning: the standard one decides", async () => {
    changing(of.intel, standardTcb.replace("standard", "early"), (answer) =>
        withBody(answer, answer.body.toString().replace("SWHardeningNeeded", "UpToDate")),
    );
    const report = await check(of.intel);
    expect(found(report)).toEqual([`warning forged: ${early}`]);
    expect([exitCode(report, "problem"), exitCode(report, "warning")]).toEqual([0, 3]);
});

describe("the signer's certificate", () => {
    test.each([
        ["is over", new Date("2019-01-01"), new Date("2026-07-31")],
        ["is not valid yet", new Date("2026-08-02"), new Date("2030-01-01")],
    ])("%s", async (_, from, to) => {
        const { root } = of.intel;
        const signer = root.issue({ name: "Intel SGX TCB Signing", from, to });
        changing(of.intel, standardTcb, (answer) => signedBy(answer, signer, root));
        const report = await check(of.intel);
        expect(found(report)).toEqual([`problem certificate-expired: ${standard}`]);
        expect(report.findings[0]?.seen).toContain(`is valid from ${from.toISOString().slice(0, 10)} to`);
    });

    test("is revoked by Intel's root", async () => {
        of.intel.revoked.root = [of.intel.tcbSigner.serial];
        const report = await check(of.intel);
        expect(report.findings[0]).toMatchObject({
            reason: "certificate-revoked",
            about: ["QE identity (standard)", standard],
            seen: 'Intel has revoked the certificate of "Intel SGX TCB Signing"',
        });
        expect(exitCode(report, "problem")).toBe(3);
    });
});

const soon = new Date("2026-09-01");
const then = new Date("2026-07-31");

describe("a list of revoked certificates is refused where", () => {
    const rootList = "/IntelSGXRootCA.der";
    const platformList = "/v4/pckcrl?ca=platform";
    const ofRoot = "problem forged: revocation list of Intel's root CA";
    const ofPlatform = "problem forged: revocation list of the PCK platform CA";

    test.each<[string, string, (answer: AnswerOfDouble, intel: IntelPcsDouble) => AnswerOfDouble, string, string]>([
        [
            "another root has signed it",
            rootList,
            (answer) => withBody(answer, Authority.root().list(then, soon)),
            ofRoot,
            "its signature is wrong",
        ],
        [
            "it is another CA's",
            rootList,
            (answer, { cas }) => withBody(answer, cas.platform.list(then, soon)),
            ofRoot,
            'its issuer is "Intel SGX PCK Platform CA", not "Intel SGX Root CA"',
        ],
        [
            "a byte is another one",
            platformList,
            (answer) => {
                const body = Buffer.from(answer.body);
                // A digit of the day on which it was issued, 2026-07-31.
                body[body.indexOf("260731")] = 0x31;
                return withBody(answer, body);
            },
            ofPlatform,
            "its signature is wrong",
        ],
        [
            "it is that of the other CA, in full",
            platformList,
            (_, intel) => intel.answerOf(new URL("http://double/v4/pckcrl?ca=processor")),
            ofPlatform,
            'it is signed by "Intel SGX PCK Processor CA", not by "Intel SGX PCK Platform CA"',
        ],
        [
            "its issuer is no CA",
            platformList,
            (_, { root }) => {
                const issuer = root.issue({ name: "Intel SGX PCK Platform CA" });
                const chain = encodeURIComponent(issuer.pem + root.pem);
                return { status: 200, headers: { "SGX-PCK-CRL-Issuer-Chain": chain }, body: issuer.list(then, soon) };
            },
            ofPlatform,
            'the certificate of "Intel SGX PCK Platform CA" is no CA\'s',
        ],
        [
            "it says that it is not the whole list",
            platformList,
            (answer, { cas }) => {
                const part = new Extension({
                    extnID: "2.5.29.27",
                    critical: true,
                    extnValue: new OctetString(Uint8Array.from([2, 1, 1]).buffer),
                });
                return withBody(answer, cas.platform.list(then, soon, [], [part]));
            },
            "problem malformed: revocation list of the PCK platform CA",
            "it has an extension that has to be understood, and is not",
        ],
        [
            "it is PEM",
            platformList,
            (answer) => withBody(answer, `-----BEGIN X509 CRL-----\n${answer.body.toString("base64")}\n`),
            "problem malformed: revocation list of the PCK platform CA",
            "no list of revoked certificates in DER",
        ],
    ])("%s", async (_, path, change, expected, detail) => {
        changing(of.intel, path, (answer) => change(answer, of.intel));
        const report = await check(of.intel);
        expect(found(report)).toEqual([expected]);
        expect(report.findings[0]?.seen).toContain(detail);
    });

    test("its CA is revoked by Intel's root", async () => {
        of.intel.revoked.root = [of.intel.cas.platform.serial];
        expect(found(await check(of.intel))).toEqual([
            "problem certificate-revoked: revocation list of the PCK platform CA",
        ]);
    });
});
