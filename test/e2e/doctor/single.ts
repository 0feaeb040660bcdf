import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../support/wait";
import type { Fault } from "./faults/fault";
import { Rig, summary } from "./rig";

/** Makes each of the faults, expects the doctor to name it first, mends it, and expects the doctor to find nothing. */
export function testSingly(faults: readonly Fault[]): void {
    let rig: Rig;
    beforeAll(async () => {
        rig = await Rig.start();
    });
    afterAll(() => rig.stop());

    test.each(faults.map((fault) => [fault.code, fault.name, fault] as const))(
        "%s: %s",
        async (_code, _name, fault) => {
            await fault.make(rig);
            try {
                let seen: string[] = [];
                const first = async () => {
                    const report = await rig.examine(fault.asks);
                    seen = [`first: ${String(report.first?.code)} ${String(report.first?.reason)}`, ...summary(report)];
                    return report.first?.code === fault.code && report.first.reason === fault.reason;
                };
                await waitFor(`${fault.code} ${fault.reason} to be first`, first, {
                    seconds: 90,
                    every: 500,
                    explain: () => seen.join("\n"),
                });
                expect(seen.length).toBeGreaterThan(1);
            } finally {
                await fault.mend(rig);
                await rig.untilHealthy();
            }
        },
    );
}
