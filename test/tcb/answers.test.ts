import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { checkTcb, exitCode } from "../../tcb/run";
import { recordedFmspc, type AnswerOfDouble } from "../doubles/intel-pcs/service";
import { changing, check, found, withBody, withDouble } from "./support/check";

const of = withDouble();
const standardTcb = `/v4/tcb?fmspc=${recordedFmspc}&update=standard`;
const standard = `TCB info of ${recordedFmspc} (standard)`;

describe("an answer that is none of Intel's service", () => {
    const text = ({ body }: AnswerOfDouble) => body.toString();
    const cases: [string, (answer: AnswerOfDouble) => AnswerOfDouble, string][] = [
        ["is cut off", (answer) => withBody(answer, text(answer).slice(0, -20)), "no answer of Intel's service"],
        ["is empty", (answer) => withBody(answer, ""), "no answer of Intel's service"],
        [
            "is the page of a proxy",
            (answer) => withBody(answer, "<html>sign in</html>"),
            "no answer of Intel's service",
        ],
        ["is longer than any", (answer) => withBody(answer, Buffer.alloc(3 << 20, 32)), "longer than 2097152 bytes"],
        [
            "is not JSON inside",
            (answer) => withBody(answer, text(answer).replace('"id":"SGX"', '"id":SGX')),
            '"tcbInfo" is not JSON',
        ],
        [
            "is about TDX",
            (answer) => withBody(answer, text(answer).replace('"id":"SGX"', '"id":"TDX"')),
            '"tcbInfo" has another form: id',
        ],
        [
            "has a component less",
            (answer) => withBody(answer, text(answer).replace('{"svn":21},', "")),
            "tcbLevels.0.tcb.sgxtcbcomponents",
        ],
        [
            "has a status that is not known",
            (answer) => withBody(answer, text(answer).replace("SWHardeningNeeded", "Fine")),
            "tcbLevels.0.tcbStatus",
        ],
        [
            "has a member more",
            (answer) => withBody(answer, text(answer).replace(/\}$/, ',"more":1}')),
            "no answer of Intel's service",
        ],
        ["has no issuers", (answer) => ({ ...answer, headers: {} }), "no header TCB-Info-Issuer-Chain"],
        [
            "has issuers that cannot be read",
            (answer) => ({ ...answer, headers: { "TCB-Info-Issuer-Chain": "%E0%A4%A" } }),
            "cannot be read",
        ],
        [
            "has issuers that are no certificates",
            (answer) => ({ ...answer, headers: { "TCB-Info-Issuer-Chain": "none" } }),
            "no certificate in PEM",
        ],
        [
            "has a certificate that is broken",
            (answer) => {
                const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".repeat(2);
                return { ...answer, headers: { "TCB-Info-Issuer-Chain": encodeURIComponent(broken) } };
            },
            "a certificate that cannot be read",
        ],
    ];
    test.each(cases)("%s", async (_, change, detail) => {
        changing(of.intel, standardTcb, change);
        const report = await check(of.intel);
        expect(found(report)).toEqual([`problem malformed: ${standard}`]);
        expect(report.findings[0]?.seen).toContain(detail);
        expect(exitCode(report, "problem")).toBe(1);
    });
});

describe("the service", () => {
    test("is asked again where it is busy, three times at most", async () => {
        let refused = 0;
        changing(of.intel, standardTcb, (answer) => (refused++ < 2 ? { ...answer, status: 503 } : answer));
        expect((await check(of.intel)).findings).toEqual([]);
        expect(refused).toBe(3);
    });

    test("is given up after the third time", async () => {
        changing(of.intel, standardTcb, (answer) => ({ ...answer, status: 429, headers: { "retry-after": "0" } }));
        const report = await check(of.intel);
        expect(found(report)).toEqual([`problem unreachable: ${standard}`]);
        expect(report.findings[0]?.seen).toBe("HTTP 429");
        expect(of.intel.asked.filter((path) => path === standardTcb)).toHaveLength(3);
        expect(exitCode(report, "problem")).toBe(1);
    });

    test.each<[string, (answer: AnswerOfDouble) => AnswerOfDouble | undefined, string]>([
        ["closes the connection", () => undefined, "UND_ERR_SOCKET"],
        ["leads elsewhere", (answer) => ({ ...answer, status: 302, headers: { location: "/v4/tcb" } }), "HTTP 302"],
        ["refuses", (answer) => ({ ...answer, status: 403 }), "HTTP 403"],
    ])("is not reached where it %s", async (_, change, detail) => {
        changing(of.intel, standardTcb, change);
        const report = await check(of.intel);
        expect(found(report)).toEqual([`problem unreachable: ${standard}`]);
        expect(report.findings[0]?.seen).toBe(detail);
    });

    test("is not waited for without end", async () => {
        const { world } = of.intel;
        const silent = createServer(() => undefined);
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
        const rootList = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
        const report = await checkTcb({ fmspc: [recordedFmspc] }, () => undefined, {
            ...world,
            patienceMs: 300,
            rootList,
        });
        silent.close();
        expect(report.findings[0]).toMatchObject({ about: ["revocation list of Intel's root CA"], seen: "timeout" });
    });

    test("does not know an FMSPC", async () => {
        const report = await check(of.intel, { fmspc: ["00606A000000"] });
        expect(found(report)[0]).toBe("problem unknown: TCB info of 00606A000000 (standard)");
        expect(exitCode(report, "problem")).toBe(1);
    });

    test("is heard where it warns of something", async () => {
        changing(of.intel, standardTcb, (answer) => ({
            ...answer,
            headers: { ...answer.headers, Warning: '299 - "version 4 ends on 2031-01-01"' },
        }));
        const report = await check(of.intel);
        expect(found(report)).toEqual([`warning notice: ${standard}`]);
        expect(report.findings[0]?.seen).toContain("version 4 ends on 2031-01-01");
    });
});

describe("dates:", () => {
    test("answers that are half a year old are expired, all of them", async () => {
        of.intel.ageDays = 180;
        const report = await check(of.intel);
        expect(found(report)).toEqual([
            "problem expired: revocation list of the PCK platform CA; revocation list of the PCK processor CA; " +
                `QE identity (standard); ${standard}`,
            `warning expired: list of evaluation sets; QE identity (early); TCB info of ${recordedFmspc} (early)`,
        ]);
        expect(report.findings[0]?.seen).toBe("its next update was due on 2026-03-03, 151 days ago");
        expect(exitCode(report, "problem")).toBe(3);
    });

    test("a week before they expire there is a warning, and no earlier", async () => {
        of.intel.ageDays = 21;
        expect((await check(of.intel)).findings).toEqual([]);
        of.intel.ageDays = 23;
        const report = await check(of.intel);
        expect(report.findings[0]).toMatchObject({
            reason: "expires-soon",
            severity: "warning",
            seen: "its next update is due on 2026-08-07, in 6 days",
        });
        expect(exitCode(report, "problem")).toBe(0);
    });

    test("answers from the future say that the clock is wrong", async () => {
        of.intel.ageDays = -4;
        const [finding] = (await check(of.intel)).findings;
        expect(finding).toMatchObject({ reason: "clock", severity: "problem", fix: "set this machine's clock" });
    });
});
