import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { waitFor } from "../support/wait";
import type { Fault } from "./faults/fault";
import { faults } from "./faults/index";
import { Rig, summary } from "./rig";

/*
 * Two faults at once: both causes are named. The pairs are drawn at random from all that have nothing in common;
 * PAIRS_SEED draws others.
 */
const seed = Number(process.env["PAIRS_SEED"] ?? 16);
const quick = faults.filter(({ touches }) => !touches.includes("slow"));
const isPair = ([one, other]: readonly [Fault, Fault]) => !one.touches.some((each) => other.touches.includes(each));
const pair = fc.tuple(fc.constantFrom(...quick), fc.constantFrom(...quick)).filter(isPair);
const pairs = fc.sample(pair, { seed, numRuns: 40 });

let rig: Rig;
beforeAll(async () => {
    rig = await Rig.start();
});
afterAll(() => rig.stop());

test.each(pairs.map(([one, other]) => [`${one.name}; ${other.name}`, one, other] as const))(
    "%s",
    async (_, one, other) => {
        await one.make(rig);
        await other.make(rig);
        try {
            let seen: string[] = [];
            const isAsked = (what: "logs" | "exec") => one.asks?.[what] === true || other.asks?.[what] === true;
            const asks = { logs: isAsked("logs"), exec: isAsked("exec") };
            const both = async () => {
                seen = summary(await rig.examine(asks));
                return [one, other].every(({ code, reason }) =>
                    seen.some((text) => text.startsWith(`${code} ${reason}:`)),
                );
            };
            const what = `${one.code} ${one.reason} and ${other.code} ${other.reason}`;
            await waitFor(what, both, { seconds: 90, every: 500, explain: () => seen.join("\n") });
        } finally {
            // At once: a pod may need what the other fault has taken.
            await Promise.all([one.mend(rig), other.mend(rig)]);
            await rig.untilHealthy();
        }
    },
);
