import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkTcb, exitCode, type TcbRequest } from "../../tcb/run";
import { IntelPcsDouble, recordedFmspc, recordedSets } from "../doubles/intel-pcs/service";

/*
 * The promotion of set 19 to 20 on 2026-08-13 (https://github.com/near/mpc/issues/4169), told by a double: its set 19
 * has the levels of the recorded set 17, its set 20 those of the recorded set 19.
 */

let intel: IntelPcsDouble;
beforeEach(async () => {
    intel = await IntelPcsDouble.start();
});
afterEach(() => intel.stop());

/** A platform with the newest level of the recorded set 17: every component of it, and not of set 19. */
const request: TcbRequest = {
    fmspc: [recordedFmspc],
    cpusvn: "1515020401800E000000000000000000",
    pcesvn: "13",
};
const check = (more: TcbRequest = {}) => checkTcb({ ...request, ...more }, () => undefined, intel.world);

describe("the promotion of August 2026", () => {
    test("is a warning days before, and no reason to fail", async () => {
        intel.now = new Date("2026-08-05T06:00:00Z");
        const report = await check();
        expect(report.platforms[0]?.sets).toMatchObject([
            { set: "standard", evaluationNumber: 19, status: "SWHardeningNeeded", shortfalls: [] },
            { set: "early", evaluationNumber: 20, status: "OutOfDate" },
        ]);
        expect(report.findings).toMatchObject([{ reason: "out-of-date-soon", severity: "warning" }]);
        expect(report.findings[0]).toMatchObject({
            about: [`FMSPC ${recordedFmspc}`],
            seen: expect.stringContaining("OutOfDate by early (set 20) because of INTEL-SA-") as string,
            fix: expect.stringContaining("component 1 is 21 and needs 22") as string,
        });
        expect([report.ok, exitCode(report, "problem"), exitCode(report, "warning")]).toEqual([true, 0, 3]);
    });

    test("is critical on its day", async () => {
        intel.now = new Date("2026-08-13T12:00:00Z");
        intel.standard = 20;
        const report = await check();
        expect(report.findings).toMatchObject([
            {
                reason: "out-of-date",
                severity: "problem",
                seen: expect.stringContaining("OutOfDate by standard (set 20)") as string,
            },
        ]);
        expect([report.ok, exitCode(report, "problem")]).toEqual([false, 3]);
    });

    test("is nothing to a platform that was updated before", async () => {
        intel.standard = 20;
        const report = await check({ cpusvn: "1616020401800E000000000000000000" });
        expect(report.findings).toEqual([]);
        expect(exitCode(report, "warning")).toBe(0);
    });
});

test("the set between standard and early is looked at, as it comes first", async () => {
    // Since the end of August 2026 standard is 20 and early is 22 (https://github.com/near/mpc/issues/4299).
    intel.sets = { 20: recordedSets.standard, 21: recordedSets.early, 22: recordedSets.early };
    [intel.standard, intel.early] = [20, 22];
    const report = await check();
    expect(report.platforms[0]?.sets.map(({ set }) => set)).toEqual(["standard", "21", "early"]);
    expect(report.findings).toMatchObject([
        { reason: "out-of-date-soon", seen: expect.stringContaining("OutOfDate by set 21 because") as string },
    ]);
});

describe("Azure's older set", () => {
    test("is shown as what it is, with dates that have passed, and is no finding", async () => {
        const report = await check({ cpusvn: "1616020401800E000000000000000000", azureBaseline: true });
        expect(report.platforms[0]?.sets.at(-1)).toMatchObject({ set: "azure", evaluationNumber: 17 });
        expect(report.collateral.find(({ set }) => set === "azure")).toMatchObject({ state: "expired" });
        expect(report.findings).toEqual([]);
    });

    test("tells a platform that Azure still takes from one that is behind for everybody", async () => {
        [intel.standard, intel.azure] = [20, 19];
        const [behindIntel] = (await check({ azureBaseline: true })).findings;
        expect(behindIntel).toMatchObject({
            reason: "out-of-date",
            severity: "problem",
            seen: expect.stringContaining("Azure's older set 19 takes it (SWHardeningNeeded)") as string,
        });
        const [behindAll] = (await check({ azureBaseline: true, cpusvn: "00".repeat(16) })).findings;
        expect(behindAll).toMatchObject({
            reason: "out-of-date",
            seen: expect.not.stringContaining("Azure") as string,
        });
    });

    test("decides nothing, also where it refuses a platform", async () => {
        [intel.early, intel.azure] = [19, 20];
        const report = await check({ azureBaseline: true });
        expect(report.platforms[0]?.sets.map(({ status }) => status).at(-1)).toBe("OutOfDate");
        expect(report.findings).toEqual([]);
    });

    test.each([
        ["was valid when it was issued, is over today: no finding", new Date("2025-06-01"), []],
        ["was over when it was issued: a warning", new Date("2025-05-01"), ["certificate-expired"]],
    ])("signed with a certificate that %s", async (_, to, reasons) => {
        const signer = intel.root.issue({ name: "Intel SGX TCB Signing", to });
        intel.change = (path, answer) => {
            if (!path.startsWith("/azure")) return answer;
            const { tcbInfo } = JSON.parse(answer.body.toString()) as { tcbInfo: object };
            return intel.signed("tcbInfo", "TCB-Info-Issuer-Chain", tcbInfo, signer);
        };
        const report = await check({ azureBaseline: true, cpusvn: "1616020401800E000000000000000000" });
        expect(report.findings.map(({ reason }) => reason)).toEqual(reasons);
    });

    test("has to be signed by Intel like any other", async () => {
        intel.change = (path, answer) =>
            path.startsWith("/azure")
                ? { ...answer, body: Buffer.from(answer.body.toString().replace('"svn":21', '"svn":20')) }
                : answer;
        const report = await check({ azureBaseline: true, cpusvn: "1616020401800E000000000000000000" });
        expect(report.findings).toMatchObject([{ reason: "forged", severity: "warning" }]);
    });
});
