import { afterEach, beforeEach } from "vitest";
import type { Report } from "../../../tcb/model/report";
import { checkTcb, type TcbRequest } from "../../../tcb/run";
import { IntelPcsDouble, recordedFmspc, type AnswerOfDouble } from "../../doubles/intel-pcs/service";

/** A double of Intel's service for each test of a file. */
export function withDouble(): { readonly intel: IntelPcsDouble } {
    const one: { intel?: IntelPcsDouble } = {};
    beforeEach(async () => {
        one.intel = await IntelPcsDouble.start();
    });
    afterEach(() => one.intel?.stop());
    return {
        get intel() {
            if (one.intel === undefined) throw new Error("no test runs");
            return one.intel;
        },
    };
}

/** Judges by the double; without a platform only the collateral of the recorded FMSPC. */
export function check(intel: IntelPcsDouble, request: TcbRequest = { fmspc: [recordedFmspc] }): Promise<Report> {
    return checkTcb(request, () => undefined, intel.world);
}

/** Severity, reason and place of each finding. */
export function found({ findings }: Report): string[] {
    return findings.map(({ severity, reason, about }) => `${severity} ${reason}: ${about.join("; ")}`);
}

/** Changes the answers of a path. */
export function changing(
    intel: IntelPcsDouble,
    path: string,
    change: (answer: AnswerOfDouble) => AnswerOfDouble | undefined,
): void {
    intel.change = (asked, answer) => (asked.startsWith(path) ? change(answer) : answer);
}

/** The same answer with another body. */
export function withBody(answer: AnswerOfDouble, body: string | Buffer): AnswerOfDouble {
    return { ...answer, body: Buffer.from(body) };
}
