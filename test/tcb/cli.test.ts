import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pckOf } from "../doubles/intel-pcs/platform";
import { recordedFmspc } from "../doubles/intel-pcs/service";
import { run } from "../plan/cli";
import { seriesOf, undescribed } from "../support/metrics";
import { tempDir } from "../support/temp-dirs";
import { withDouble } from "./support/check";
import { runAgainst } from "./support/command";

const of = withDouble();

const tcb = (...args: string[]) => runAgainst(of.intel, ["tcb", ...args]);

function pck(...components: number[]): string {
    const file = join(tempDir(), "node.pem");
    const rest = [2, 4, 1, 128, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const platform = { fmspc: recordedFmspc, components: [...components, ...rest], pceSvn: 13 };
    writeFileSync(file, pckOf(of.intel.cas.platform, platform).pem);
    return file;
}

describe("tcb", () => {
    test("prints that all is well, the platform and the collateral, and exits with 0", async () => {
        const { code, stdout, stderr } = await tcb("--pck", pck(22, 22));
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toMatch(/^OK: accepted today, and by the sets that come\n/);
        for (const line of [
            /platform +standard +19 +SWHardeningNeeded +2024-03-13 /,
            /platform +early +20 +SWHardeningNeeded /,
            /tcb_info +00906ED50000 standard +19 +current +2026-07-31 +2026-08-30 +29 +service/,
            /root_ca_crl /,
            /2026-08-13 {2}evaluation set 20 became the standard/,
            /0 problems, 0 warnings; judged by the clock at 2026-08-01T12:00:00.000Z/,
        ])
            expect(stdout).toMatch(line);
    });

    test("begins with a warning for a set that comes, and exits with 0 unless it is to fail for warnings", async () => {
        const file = pck(21, 21);
        const { code, stdout } = await tcb("--pck", file);
        expect(stdout).toMatch(/^OK today, with a warning: .*node\.pem: accepted today, and no longer when/);
        expect(code).toBe(0);
        const strict = await tcb("--pck", file, "--fail-on", "warning", "--format", "short");
        expect(strict.code).toBe(3);
        expect(strict.stdout.split("\n")).toHaveLength(5);
    });

    test("begins with the problem, and exits with 3", async () => {
        of.intel.standard = 20;
        const { code, stdout } = await tcb("--pck", pck(21, 21));
        expect(stdout).toMatch(/^Problem: .*node\.pem: OutOfDate by standard \(set 20\)/);
        expect(code).toBe(3);
    });

    test("exits with 1 where the service is away", async () => {
        of.intel.change = () => undefined;
        const { code, stdout } = await tcb("--fmspc", recordedFmspc);
        expect(stdout).toMatch(/^Problem: revocation list of Intel's root CA/);
        expect(code).toBe(1);
    });

    test("keeps copies in the folder of --cache", async () => {
        const cache = join(tempDir(), "cache");
        await tcb("--fmspc", recordedFmspc, "--cache", cache);
        expect(readdirSync(cache)).toContain("root_ca_crl.json");
    });

    test("cleans what the service writes, for a terminal", async () => {
        of.intel.change = (_, answer) => ({ ...answer, headers: { ...answer.headers, Warning: "299 - \u009b31m" } });
        const { stdout } = await tcb("--fmspc", recordedFmspc);
        expect(stdout).toContain("the service warns: 299 - ");
        expect(stdout).not.toMatch(/[\u001b\u009b]/);
    });
});

describe("tcb --metrics", () => {
    test("writes them to a file beside the report, with absolute times", async () => {
        const file = join(tempDir(), "tcb.prom");
        const { code, stdout } = await tcb("--pck", pck(21, 21), "--metrics", file);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^OK today/);
        const text = readFileSync(file, "utf8");
        expect(existsSync(`${file}.tmp`)).toBe(false);
        expect(undescribed(text)).toEqual([]);
        const series = seriesOf(text);
        const monthAhead = Date.parse("2026-08-30T12:00:00Z") / 1000;
        for (const item of ["tcb_info", "qe_identity", "pck_crl"])
            expect(series[`sgx_collateral_next_update_timestamp_seconds{fmspc="00906ED50000",item="${item}"}`]).toBe(
                monthAhead,
            );
        expect(series['sgx_collateral_next_update_timestamp_seconds{fmspc="00906ED50000",item="root_ca_crl"}']).toBe(
            Date.parse("2027-07-31T12:00:00Z") / 1000,
        );
        expect(series['sgx_tcb_status{fmspc="00906ED50000",set="standard",status="SWHardeningNeeded"}']).toBe(1);
        expect(series['sgx_tcb_status{fmspc="00906ED50000",set="early",status="OutOfDate"}']).toBe(1);
        expect(series['sgx_tcb_status{fmspc="00906ED50000",set="early",status="UpToDate"}']).toBe(0);
        expect(series['sgx_tcb_evaluation_number{fmspc="00906ED50000",set="early"}']).toBe(20);
        expect(series['sgx_tcb_findings{severity="warning"}']).toBe(1);
        expect(series["sgx_tcb_check_timestamp_seconds"]).toBe(Date.parse("2026-08-01T12:00:00Z") / 1000);
    });

    test("says 0 for what is not known", async () => {
        of.intel.change = (path, answer) => (path.includes("ca=processor") ? { ...answer, status: 404 } : answer);
        const { stdout, code } = await tcb("--fmspc", recordedFmspc, "--metrics", "-");
        expect(stdout).toMatch(/^# HELP /);
        const series = seriesOf(stdout);
        expect(series['sgx_collateral_next_update_timestamp_seconds{fmspc="00906ED50000",item="pck_crl"}']).toBe(0);
        expect(series['sgx_tcb_findings{severity="problem"}']).toBe(1);
        expect(code).toBe(1);
    });

    test("adds platforms of one FMSPC up", async () => {
        const args = [pck(21, 21), pck(21, 21), pck(22, 22)].flatMap((file) => ["--pck", file]);
        const series = seriesOf((await tcb(...args, "--metrics", "-")).stdout);
        expect(series['sgx_tcb_status{fmspc="00906ED50000",set="early",status="OutOfDate"}']).toBe(2);
        expect(series['sgx_tcb_status{fmspc="00906ED50000",set="early",status="SWHardeningNeeded"}']).toBe(1);
    });

    test("to a place that cannot be written is wrong usage", async () => {
        const { code, stderr } = await tcb("--fmspc", recordedFmspc, "--metrics", join(tempDir(), "none", "tcb.prom"));
        expect(stderr).toContain("tcb.prom: cannot be written");
        expect(code).toBe(2);
    });
});

describe("wrong usage is one message, and exits with 2:", () => {
    test("all that is wrong at once", async () => {
        const args = ["--fmspc", "606A", "--cpusvn", "0C0C", "--pck", "package.json", "--quote", "none.bin"];
        const { code, stdout, stderr } = await run("tcb", ...args);
        for (const said of [
            "--cpusvn and --pcesvn: one without the other",
            "--cpusvn 0C0C: 32 hexadecimal digits",
            "--fmspc 606A: 12 hexadecimal digits",
            "--pck package.json: no certificate in PEM",
            "--quote none.bin: cannot be read",
        ])
            expect(stderr).toContain(said);
        expect(stderr).not.toContain("    at ");
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    });

    test.each<[string, string[], string]>([
        ["nothing to judge", [], "--quote, --pck or --fmspc is needed"],
        [
            "one TCB and two FMSPCs",
            ["--fmspc", "00606A000000", "--fmspc", "00906ED50000", "--cpusvn", "00".repeat(16), "--pcesvn", "1"],
            "they belong to one --fmspc",
        ],
        [
            "a PCESVN out of range",
            ["--fmspc", "00606A000000", "--cpusvn", "00".repeat(16), "--pcesvn", "65536"],
            "--pcesvn 65536",
        ],
        [
            "a PCESVN in hexadecimal",
            ["--fmspc", "00606A000000", "--cpusvn", "00".repeat(16), "--pcesvn", "0D"],
            "--pcesvn 0D",
        ],
        ["a format that does not exist", ["--format", "html"], "Allowed choices are table, short, json"],
        ["an argument", ["quote.bin"], "too many arguments"],
    ])("%s", async (_, args, message) => {
        const { code, stdout, stderr } = await run("tcb", ...args);
        expect(stderr).toContain(message);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    });
});
