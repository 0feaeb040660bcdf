import { setTimeout as sleep } from "node:timers/promises";

/** Whether something holds within half a minute: a service of several parts may show the old for a moment. */
export async function soon(holds: () => Promise<boolean>): Promise<boolean> {
    for (const pause of [1000, 4000, 10_000, 15_000]) {
        if (await holds()) return true;
        await sleep(pause);
    }
    return holds();
}
