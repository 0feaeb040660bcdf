import { setTimeout as sleep } from "node:timers/promises";

/** How long to wait, how often to look, and what to show when it was in vain. */
export interface WaitOptions {
    /** Seconds. Default 60. */
    seconds?: number;
    /** Milliseconds between two looks. Default 500. */
    every?: number;
    /** What helps to see why it did not happen: events, status, logs. Asked only on failure. */
    explain?: () => Promise<string> | string;
}

/**
 * Waits until `look` gives something other than undefined and false, and gives that back. An error that `look` throws
 * counts as "not yet", and the last one is in the message of the failure.
 */
export async function waitFor<T>(
    what: string,
    look: () => Promise<T | undefined | false> | T | undefined | false,
    options: WaitOptions = {},
): Promise<T> {
    const { seconds = 60, every = 500 } = options;
    const deadline = Date.now() + seconds * 1000;
    let last: string | undefined;
    for (;;) {
        try {
            const found = await look();
            if (found !== undefined && found !== false) return found;
            last = undefined;
        } catch (error) {
            last = error instanceof Error ? error.message : String(error);
        }
        if (Date.now() > deadline) break;
        await sleep(every);
    }
    const reason = last === undefined ? "" : `\nlast error: ${last}`;
    const explained = options.explain === undefined ? "" : `\n${await explain(options.explain)}`;
    throw new Error(`waited ${seconds} s in vain for ${what}${reason}${explained}`);
}

async function explain(ask: () => Promise<string> | string): Promise<string> {
    try {
        return await ask();
    } catch (error) {
        return `(nothing more is known: ${String(error)})`;
    }
}
