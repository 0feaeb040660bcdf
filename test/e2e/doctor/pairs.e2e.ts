import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { waitFor } from "../support/wait";
import type { Fault } from "./faults/fault";
import { faults } from "./faults/index";
import { lookEvery, Rig, summary } from "./rig";

/*
 * Two faults at once: both causes are named. The pairs are drawn at random from all that have nothing in common;
 * PAIRS_SEED draws others.
 */
const seed = Number(process.env["PAIRS_SEED"] ?? 16);
const quick = faults.filter(({ touches }) => !touches.includes("slow"));
const isPair = ([one, other]: readonly [Fault, Fault]) => !one.touches.some((each) => other.touches.includes(each));
const pair = fc.tuple(fc.constantFrom(...quick), fc.constantFrom(...quick)).filter(isPair);
/** Without the node's devices no pod comes that could show another fault, so what takes them is made after it. */
const takesDevices = ({ touches }: Fault) =>
    (["node", "plugin", "epc"] as const).some((each) => touches.includes(each));
const pairs = fc
    .sample(pair, { seed, numRuns: 12 })
    .map((two) => two.sort((one, other) => Number(takesDevices(one)) - Number(takesDevices(other))));

let rig: Rig;
beforeAll(async () => {
    rig = await Rig.start();
});
afterAll(() => rig.stop());

/** Waits until the doctor names all of these. */
async function untilNamed(...made: Fault[]): Promise<void> {
    const isAsked = (what: "logs" | "exec") => made.some(({ asks }) => asks?.[what] === true);
    let seen: string[] = [];
    const look = async () => {
        seen = summary(await rig.examine({ logs: isAsked("logs"), exec: isAsked("exec") }));
        return made.every(({ code, reason }) => seen.some((text) => text.startsWith(`${code} ${reason}:`)));
    };
    const what = made.map(({ code, reason }) => `${code} ${reason}`).join(" and ");
    await waitFor(what, look, { seconds: 90, every: lookEvery, explain: () => seen.join("\n") });
}

test.each(pairs.map(([one, other]) => [`${one.name}; ${other.name}`, one, other] as const))(
    "%s",
    async (_, one, other) => {
        try {
            await one.make(rig);
            await untilNamed(one);
            await other.make(rig);
            await untilNamed(one, other);
        } finally {
            // At once: a pod may need what the other fault has taken.
            await Promise.all([one.mend(rig), other.mend(rig)]);
            await rig.untilHealthy();
        }
    },
);
