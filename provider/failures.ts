import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/** Of the SDK, whose declarations leave it out: resolves when nothing more is sent to the engine. */
const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> };

/** A component in the making. */
interface Making {
    /** Ends it with an error. Undefined: it is made, or has failed. */
    fail: ((error: Error) => void) | undefined;
}

const makings = new AsyncLocalStorage<Making>();

/**
 * Runs what makes a component, until all its resources are registered. An error that nothing awaits, such as that of an
 * `apply`, ends this component alone: the SDK's server would answer with it wherever a component is in the making.
 */
export async function ofThisComponent<T>(make: () => Promise<T>): Promise<T> {
    takeErrors();
    const making: Making = { fail: undefined };
    const failed = new Promise<never>((_, reject) => (making.fail = reject));
    const made = makings.run(making, async () => {
        const result = await make();
        await waitForRPCs();
        return result;
    });
    try {
        return await Promise.race([made, failed]);
    } finally {
        making.fail = undefined;
    }
}

let isTaken = false;

type Listener = (error: Error, ...more: unknown[]) => void;

/**
 * Takes errors that nothing awaits from the SDK's listeners, where they belong to a component in the making. Later ones
 * that explain themselves are printed without a stack; all others are the SDK's.
 */
function takeErrors(): void {
    if (isTaken) return;
    isTaken = true;
    for (const event of ["unhandledRejection", "uncaughtException"]) {
        const earlier = process.listeners(event as "unhandledRejection") as Listener[];
        process.removeAllListeners(event);
        process.on(event, (error: Error, ...more: unknown[]) => {
            const making = makings.getStore();
            if (making?.fail !== undefined) making.fail(error);
            else if (explainsItself(error)) void pulumi.log.error(error.message);
            else for (const listener of earlier) listener(error, ...more);
        });
    }
}

/** Whether an error has the brand of Pulumi's RunError. */
function explainsItself(error: unknown): boolean {
    return typeof error === "object" && error !== null && "__pulumiRunError" in error;
}
