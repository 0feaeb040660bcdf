import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let reports: string;
beforeEach(() => {
    reports = mkdtempSync(join(tmpdir(), "ci-reports-"));
});
afterEach(() => {
    rmSync(reports, { recursive: true, force: true });
});

/** A report as Vitest writes it, as far as the summary reads it. */
function report(check: string, passed: number, failed: string[] = [], skipped = 0): void {
    const assertionResults = failed.map((fullName) => ({
        status: "failed",
        fullName,
        failureMessages: ["Error: expected 1\n    at somewhere"],
    }));
    const counts = { numPassedTests: passed, numFailedTests: failed.length, numPendingTests: skipped };
    const testResults = [{ name: resolve("test/some.test.ts"), message: "", assertionResults }];
    writeFileSync(join(reports, `${check}.json`), JSON.stringify({ ...counts, testResults }));
}

/** What CI ends with when these checks failed. */
function summary(...failed: string[]): Promise<{ code: number; lines: string[] }> {
    return new Promise((done) => {
        execFile(process.execPath, [resolve(".ci/summary.mjs"), reports, ...failed], (error, stdout) => {
            done({ code: error === null ? 0 : Number(error.code), lines: stdout.trimEnd().split("\n") });
        });
    });
}

test("CI counts over all reports", async () => {
    report("tests", 5, [], 2);
    report("end-to-end", 3);
    expect(await summary()).toEqual({ code: 0, lines: ["", "8 passed, 0 failed, 2 skipped"] });
});

test("CI names the tests that failed, once each, and counts them", async () => {
    report("tests", 5, ["a b", "c"]);
    const { code, lines } = await summary("tests");
    expect(code).toBe(1);
    expect(lines).toEqual([
        "failed: test/some.test.ts: a b",
        "    Error: expected 1",
        "failed: test/some.test.ts: c",
        "    Error: expected 1",
        "failed: tests, see above",
        "",
        "5 passed, 2 failed",
    ]);
});

test("a check that failed while no test did is a failure: lint, an unhandled rejection, a suite that could not start", async () => {
    report("tests", 5);
    const { code, lines } = await summary("lint", "tests", "end-to-end");
    expect([code, lines.at(-1)]).toEqual([1, "5 passed, 3 failed"]);
    expect(lines.slice(0, 3)).toEqual(["lint", "tests", "end-to-end"].map((check) => `failed: ${check}, see above`));
});
