/*
 * The end of a run: `node summary.mjs REPORTS [FAILED CHECK]...`. Each test that failed by name, since of a long log
 * often only the end is kept; each check that failed; then the counts. A check that failed without a failed test, such
 * as one that could not even start, counts as one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";

const [folder, ...checks] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const explained = new Set();
for (const file of readdirSync(folder).sort()) {
    const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
    for (const { name, message, assertionResults } of report.testResults) {
        if (message) console.log(`failed: ${relative(".", name)}: ${message}`);
        for (const { status, fullName, failureMessages } of assertionResults) {
            if (status !== "failed") continue;
            console.log(`failed: ${relative(".", name)}: ${fullName}\n    ${failureMessages[0]?.split("\n")[0] ?? ""}`);
        }
    }
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
    sum.skipped += report.numPendingTests;
    if (report.numFailedTests > 0) explained.add(basename(file, ".json"));
}
for (const check of checks) {
    console.log(`failed: ${check}, see above`);
    if (!explained.has(check)) sum.failed += 1;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exitCode = sum.failed > 0 ? 1 : 0;
