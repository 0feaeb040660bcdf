// The end of a run: each test that failed, by name, since of a long log often only the end is kept; then the counts.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const path of process.argv.slice(2)) {
    // A run that could not even start counts as one failure.
    const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { success: false };
    for (const { name, message, assertionResults } of report.testResults ?? []) {
        const file = relative(".", name);
        if (message) console.log(`failed: ${file}: ${message}`);
        for (const { status, fullName, failureMessages } of assertionResults) {
            if (status === "failed")
                console.log(`failed: ${file}: ${fullName}\n    ${failureMessages[0]?.split("\n")[0] ?? ""}`);
        }
    }
    sum.passed += report.numPassedTests ?? 0;
    sum.failed += report.numFailedTests || (report.success ? 0 : 1);
    sum.skipped += report.numPendingTests ?? 0;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
