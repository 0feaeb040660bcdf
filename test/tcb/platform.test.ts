import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCode, type TcbRequest } from "../../tcb/run";
import { Authority } from "../doubles/intel-pcs/authority";
import { intelQe, pckOf, quoteOf } from "../doubles/intel-pcs/platform";
import { recordedFmspc, recordedSets } from "../doubles/intel-pcs/service";
import { tempDir } from "../support/temp-dirs";
import { check, found, withDouble } from "./support/check";
import { recordedQuote } from "./support/recordings";

const of = withDouble();
const newest = [22, 22, 2, 4, 1, 128, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const today = [21, 21, 2, 4, 1, 128, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const platform = (components = newest, pceSvn = 13) => ({ fmspc: recordedFmspc, components, pceSvn });

function fileOf(content: string | Buffer): string {
    const file = join(tempDir(), "input");
    writeFileSync(file, content);
    return file;
}

const pckOfDouble = (components?: number[], pceSvn?: number) =>
    pckOf(of.intel.cas.platform, platform(components, pceSvn));
const judged = (request: TcbRequest) => check(of.intel, request);

describe("a PCK certificate", () => {
    test("is judged by its TCB, and only the list of its CA is asked for", async () => {
        const pck = pckOfDouble();
        const file = fileOf(pck.pem);
        const report = await judged({ pck: [file] });
        expect(report.platforms).toMatchObject([
            {
                name: file,
                fmspc: recordedFmspc,
                certificate: { serial: pck.serial, ca: "platform", state: "genuine" },
                sets: [
                    { set: "standard", status: "SWHardeningNeeded" },
                    { set: "early", status: "SWHardeningNeeded" },
                ],
            },
        ]);
        expect(report.findings).toEqual([]);
        expect(of.intel.asked.filter((path) => path.includes("pckcrl"))).toEqual([
            "/v4/pckcrl?ca=platform&encoding=der",
        ]);
    });

    test("names each component that is short, by the level that needs the least", async () => {
        const report = await judged({
            pck: [fileOf(pckOfDouble([20, 21, 2, 4, 1, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 12).pem)],
        });
        // The newest level needs component 7 as well; one that is accepted does not.
        expect(report.platforms[0]?.sets[0]).toMatchObject({
            status: "OutOfDateConfigurationNeeded",
            shortfalls: [
                { component: "component 1", has: 20, needs: 21, raisedBy: expect.stringContaining("Azure") as string },
                { component: "PCE", has: 12, needs: 13, raisedBy: expect.stringContaining("PSW") as string },
            ],
        });
    });

    test("names what a component stands for, where Intel says so", async () => {
        const [level] = recordedSets.standard.platform as { tcb: { sgxtcbcomponents: object[] } }[];
        const { tcb, ...rest } = level!;
        const sgxtcbcomponents = tcb.sgxtcbcomponents.map((each, index) =>
            index === 0 ? { ...each, category: "BIOS", type: "Early Microcode Update" } : each,
        );
        of.intel.sets[19] = { ...recordedSets.standard, platform: [{ ...rest, tcb: { ...tcb, sgxtcbcomponents } }] };
        const report = await judged({ pck: [fileOf(pckOfDouble([20, ...today.slice(1)]).pem)] });
        expect(report.platforms[0]?.sets[0]?.status).toBe("none");
        expect(report.findings[0]).toMatchObject({
            seen: "below every level of standard (set 19)",
            fix: expect.stringContaining(
                "component 1 is 20 and needs 21 (the host's BIOS, Early Microcode Update: Azure's",
            ) as string,
        });
    });

    test("of a TCB that Intel has revoked is out of date", async () => {
        const levels = recordedSets.standard.platform.map((level) => ({ ...level, tcbStatus: "Revoked" }));
        of.intel.sets[19] = { ...recordedSets.standard, platform: levels };
        const report = await judged({ pck: [fileOf(pckOfDouble().pem)] });
        expect(report.findings[0]).toMatchObject({
            reason: "out-of-date",
            seen: expect.stringContaining("Revoked by standard (set 19)") as string,
        });
    });

    test("says that nothing helps where no level is accepted any more", async () => {
        const levels = recordedSets.standard.platform.map((level) => ({
            ...level,
            tcbStatus: "OutOfDate",
            advisoryIDs: ["INTEL-DOC-10001"],
        }));
        of.intel.sets[19] = { ...recordedSets.standard, platform: levels };
        const report = await judged({ pck: [fileOf(pckOfDouble().pem)] });
        expect(report.findings).toMatchObject([
            { reason: "out-of-date", fix: expect.stringContaining("move to newer hardware") as string },
            {
                reason: "end-of-servicing",
                severity: "warning",
                seen: expect.stringContaining("INTEL-DOC-10001") as string,
            },
        ]);
    });

    test.each<[string, string, (intel: typeof of.intel) => Authority]>([
        [
            "is revoked",
            "problem pck-revoked",
            (intel) => {
                const pck = pckOf(intel.cas.platform, platform());
                intel.revoked.platform = ["00AA", pck.serial];
                return pck;
            },
        ],
        [
            "was issued by another CA of the same name",
            "problem pck-forged",
            () => pckOf(Authority.root().issue({ name: "Intel SGX PCK Platform CA", isCa: true }), platform()),
        ],
        [
            "is over",
            "problem pck-expired",
            (intel) => pckOf(intel.cas.platform, platform(), { to: new Date("2026-07-31") }),
        ],
    ])("that %s is a problem", async (_, expected, make) => {
        const file = fileOf(make(of.intel).pem);
        const report = await judged({ pck: [file] });
        expect(found(report)).toEqual([`${expected}: ${file}`]);
        expect(exitCode(report, "problem")).toBe(3);
    });

    test("cannot be checked without the list of its CA", async () => {
        of.intel.change = (path, answer) => (path.includes("pckcrl") ? { ...answer, status: 500 } : answer);
        const report = await judged({ pck: [fileOf(pckOfDouble().pem)] });
        expect(report.platforms[0]?.certificate?.state).toBe("unchecked");
        expect(found(report)).toEqual(["problem unreachable: revocation list of the PCK platform CA"]);
    });

    test("is one of several: each is judged, and what is the same is said once", async () => {
        const [good, old, older] = [pckOfDouble(), pckOfDouble(today), pckOfDouble(today)].map(({ pem }) =>
            fileOf(pem),
        );
        const report = await judged({ pck: [good!, old!, older!] });
        expect(report.platforms.map(({ sets }) => sets.at(-1)?.status)).toEqual([
            "SWHardeningNeeded",
            "OutOfDate",
            "OutOfDate",
        ]);
        expect(found(report)).toEqual([`warning out-of-date-soon: ${old!}; ${older!}`]);
        expect(of.intel.asked.filter((path) => path.startsWith("/v4/tcb?"))).toHaveLength(2);
    });
});

describe("a quote", () => {
    const quote = (qe: Partial<typeof intelQe> = {}) =>
        quoteOf(pckOfDouble(), [of.intel.cas.platform, of.intel.root], qe);

    test("is judged by its certificate, and its quoting enclave by the QE identity", async () => {
        const report = await judged({ quote: [fileOf(quote())] });
        expect(report.platforms[0]).toMatchObject({
            certificate: { state: "genuine" },
            quotingEnclave: {
                isvSvn: 8,
                sets: [
                    { set: "standard", evaluationNumber: 19, status: "UpToDate" },
                    { set: "early", evaluationNumber: 20, status: "UpToDate" },
                ],
            },
        });
        expect(report.findings).toEqual([]);
    });

    test("of an old quoting enclave is out of date", async () => {
        const file = fileOf(quote({ isvSvn: 7 }));
        const report = await judged({ quote: [file] });
        expect(found(report)).toEqual([`problem qe-out-of-date: ${file}`]);
        expect(report.findings[0]?.seen).toBe(
            "quoting enclave with ISV SVN 7: OutOfDate by standard (set 19) because of INTEL-SA-00615",
        );
    });

    test("of a quoting enclave that becomes old is a warning", async () => {
        const [best, ...rest] = recordedSets.standard.qe;
        of.intel.sets[20] = {
            ...recordedSets.standard,
            qe: [{ ...best, tcb: { isvsvn: 9 } }, { ...best, tcbStatus: "OutOfDate" }, ...rest],
        };
        expect(found(await judged({ quote: [fileOf(quote())] }))[0]).toMatch(/^warning qe-out-of-date-soon: /);
    });

    test.each([
        ["signer", { mrsigner: "AB".repeat(32) }],
        ["product", { isvProdId: 2 }],
    ])("of another enclave's %s is not Intel's", async (_, qe) => {
        expect(found(await judged({ quote: [fileOf(quote(qe))] }))[0]).toMatch(/^problem qe-foreign: /);
    });

    test("of the recordings is read, and its platform is unknown to the double", async () => {
        const report = await judged({ quote: [fileOf(recordedQuote)] });
        expect(report.platforms[0]).toMatchObject({ fmspc: "00A067110000", certificate: { state: "forged" } });
    });
});

describe("what is no platform is wrong usage:", () => {
    const changed = (at: number, value: number) => {
        const quote = Buffer.from(recordedQuote);
        quote[at] = value;
        return quote;
    };
    test.each<[string, Buffer, string]>([
        ["a quote of another version", changed(0, 4), "no SGX quote of version 3"],
        ["a quote with another key", changed(2, 3), "no SGX quote of version 3"],
        ["a quote with another certification", changed(436 + 64 + 64 + 384 + 64 + 2 + 32, 6), "has type 6: type 5"],
        ["a quote whose report was changed", changed(120, 1), "its signatures are wrong"],
        ["a quote whose quoting enclave was changed", changed(436 + 128 + 258, 9), "its signatures are wrong"],
        ["a quote whose attestation key was changed", changed(436 + 70, 9), "its signatures are wrong"],
        ["a quote that is cut off", recordedQuote.subarray(0, 1000), "it is cut off"],
        ["an empty file", Buffer.alloc(0), "it is cut off"],
    ])("%s", async (_, bytes, message) => {
        const file = fileOf(bytes);
        await expect(judged({ quote: [file] })).rejects.toMatchObject({
            message: expect.stringContaining(`--quote ${file}: `) as string,
            exitCode: 2,
        });
        await expect(judged({ quote: [file] })).rejects.toThrow(message);
        expect(of.intel.asked).toEqual([]);
    });

    test("a quote whose attestation key is another one", async () => {
        const one = quoteOf(pckOfDouble(), [of.intel.cas.platform]);
        const other = quoteOf(pckOfDouble(), [of.intel.cas.platform]);
        // Its own signature and key are right; the quoting enclave spoke for another key.
        other.copy(one, 436, 436, 436 + 128);
        other.copy(one, 0, 0, 432);
        await expect(judged({ quote: [fileOf(one)] })).rejects.toThrow("its signatures are wrong");
    });

    test("a certificate that is no PCK certificate", async () => {
        await expect(judged({ pck: [fileOf(of.intel.tcbSigner.pem)] })).rejects.toThrow(
            'the certificate of "Intel SGX TCB Signing" has not the extension of Intel SGX',
        );
    });

    test("a PCK certificate of somebody else", async () => {
        const other = Authority.root("Somebody's CA");
        await expect(judged({ pck: [fileOf(pckOf(other, platform()).pem)] })).rejects.toThrow(
            `its issuer is "Somebody's CA", none of Intel's CAs`,
        );
    });
});
