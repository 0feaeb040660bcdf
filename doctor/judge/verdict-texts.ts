import type { CheckCode } from "../model/codes.js";
import type { Finding } from "../model/report.js";
import { logsOf } from "./containers.js";
import type { Verdict } from "./verdicts.js";

/** Checks whose findings on a node keep a pod there from a quote. */
export const quoteCauses = ["CA-Q20", "CA-A05", "CA-Q17", "CA-Q18", "CA-Q19"] as const satisfies readonly CheckCode[];

/** What a verdict that is none of success says. */
export function failureOf({ pod, of, run, mode, failed }: Verdict): Pick<Finding, "reason" | "seen" | "fix"> {
    const prover = of === "sample" ? "the sample" : "the proof";
    const checks = failed.length === 0 ? "" : `; checks that failed: ${failed.join(", ")}`;
    if (mode === "in-process" || mode === "mixed")
        return {
            reason: "in-process",
            seen: `${prover}'s quote was made ${mode === "mixed" ? "in-process as well" : "in-process"}${checks}`,
            fix: "take Intel's quoting library (libsgx_dcap_ql) out of the program's image, and sgx.intel.com/provision out of its pod",
        };
    return {
        reason: "failed",
        seen: `${prover} did not prove that quotes are made out-of-process${checks}`,
        fix: `look at the log of ${prover}'s pod, whose last line has the checks with their details: ${logsOf(pod, pod.spec.containers[0]?.name ?? "", run)}`,
    };
}
