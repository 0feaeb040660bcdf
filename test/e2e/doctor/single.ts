import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, test } from "vitest";
import { waitFor } from "../support/wait";
import type { Fault } from "./faults/fault";
import { lookEvery, namesOf, Rig, summary } from "./rig";

/**
 * Makes each of the faults, expects the doctor to name it first and to find nothing else, as effects are no findings,
 * mends it, and expects the doctor to find nothing.
 */
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
                const wanted = [`${fault.code} ${fault.reason}`, ...(fault.also ?? [])];
                const isNamed = async () => {
                    const report = await rig.examine(fault.asks);
                    const first = `${String(report.first?.code)} ${String(report.first?.reason)}`;
                    const found = namesOf(report);
                    seen = [`first: ${first}`, ...summary(report)];
                    return first === wanted[0] && isDeepStrictEqual(new Set(found), new Set(wanted));
                };
                await waitFor(`${wanted.join(" and ")} to be all that is found`, isNamed, {
                    seconds: 90,
                    every: lookEvery,
                    explain: () => seen.join("\n"),
                });
            } finally {
                await fault.mend(rig);
                await rig.untilHealthy();
            }
        },
    );
}
