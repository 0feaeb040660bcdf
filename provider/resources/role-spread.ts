import { setTimeout as sleep } from "node:timers/promises";
import { tell } from "./tell";

/** A role assignment can take up to 10 minutes to work (https://learn.microsoft.com/azure/role-based-access-control). */
const longest = 10 * 60_000;

/** Status code of an answer of Azure's libraries, where the error is one. */
export const statusOf = (error: unknown): number | undefined => {
    const { statusCode } = (error ?? {}) as { statusCode?: unknown };
    return typeof statusCode === "number" ? statusCode : undefined;
};

/**
 * Repeats what is refused for want of a role, while the role may still spread. `role` is what the caller needs:
 * the wait is said at once, so that who has no such role need not wait for its end.
 */
export async function whileRoleSpreads<T>(place: string, role: string, ask: () => Promise<T>): Promise<T> {
    const end = performance.now() + longest;
    for (let pause = 1000; ; pause = Math.min(pause * 2, 20_000)) {
        try {
            return await ask();
        } catch (error) {
            const status = statusOf(error);
            if (status !== 401 && status !== 403) throw error;
            const need = `${place} answers ${status}: who runs this update needs the role "${role}" there`;
            if (performance.now() + pause > end) throw new Error(`${need} (${messageOf(error)})`);
            if (pause === 1000)
                await tell(`${need}; a new assignment takes up to 10 minutes to work, until then it is retried`);
            await sleep(pause);
        }
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}

/** Whether the host of a service is gone, as that of one that was deleted. */
export const isGone = (error: unknown): boolean =>
    statusOf(error) === 404 || (error as { code?: unknown } | null)?.code === "ENOTFOUND";
