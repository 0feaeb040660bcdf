import { setTimeout as sleep } from "node:timers/promises";
import { tell } from "./tell";

/** A role assignment can take up to 10 minutes to work (https://learn.microsoft.com/azure/role-based-access-control). */
const rolesSpread = 10 * 60_000;
/** For what was there before: a refresh and a deletion follow no assignment. */
const rolesAreThere = 60_000;

/** Status code of an answer of Azure's libraries, where the error is one. */
export const statusOf = (error: unknown): number | undefined => {
    const { statusCode } = (error ?? {}) as { statusCode?: unknown };
    return typeof statusCode === "number" ? statusCode : undefined;
};

/** What a place asks of who runs the update. */
export interface Need {
    place: string;
    role: string;
    /** Whether the role may just have been given. */
    isNew: boolean;
}

const stopped = new AbortController();

/** Ends all that waits, since the engine has to stop. */
export function stopWaiting(): void {
    stopped.abort();
}

/**
 * Repeats what is refused for want of a role, while the role may still spread, and what is refused for too many
 * requests. The reason is shown at once, so that nobody without the role has to wait for the end.
 */
export async function whileRoleSpreads<T>(need: Need, ask: () => Promise<T>): Promise<T> {
    const end = performance.now() + (need.isNew ? rolesSpread : rolesAreThere);
    for (let pause = 1000; ; pause = Math.min(pause * 2, 20_000)) {
        try {
            return await ask();
        } catch (error) {
            const why = whatToDo(need, error);
            if (why === undefined) throw error;
            if (!why.mayPass || performance.now() + pause > end) throw new Error(why.text);
            if (pause === 1000) await tell(`${why.text}; it is tried again for a while`);
            await sleep(pause, undefined, { signal: stopped.signal });
        }
    }
}

/** What a refusal means; undefined: it is none. */
function whatToDo({ place, role }: Need, error: unknown): { text: string; mayPass: boolean } | undefined {
    const status = statusOf(error);
    const said = firstLine(error);
    if (status === 429) return { text: `${place} has too many requests (${said})`, mayPass: true };
    if (status !== 401 && status !== 403) return undefined;
    const inner = innerCode(error);
    if (inner === "ForbiddenByFirewall" || inner === "ForbiddenByConnection")
        return {
            text: `${place} does not let this machine in (${said}). Fix: add its address to allowedIpRanges, or run the update in a network that reaches the private endpoint`,
            mayPass: false,
        };
    const isOther = status === 403 && inner !== undefined && inner !== "ForbiddenByRbac";
    if (isOther || /AKV10032/.test(said)) return { text: `${place}: ${said}`, mayPass: false };
    const text =
        `${place} answers ${status} (${said}): who runs this update needs the role "${role}" there, ` +
        "and a new assignment takes up to 10 minutes to work";
    return { text, mayPass: true };
}

/** Code inside the code of an error of Key Vault, as its library has it. */
function innerCode(error: unknown): string | undefined {
    const { details } = error as { details?: { error?: { innerError?: { code?: unknown } } } };
    const code = details?.error?.innerError?.code;
    return typeof code === "string" ? code : undefined;
}

function firstLine(error: unknown): string {
    return error instanceof Error ? (error.message.split(/\r?\n/)[0] ?? "") : String(error);
}

/** Whether the host of a service is gone, as that of one that was deleted. */
export const isGone = (error: unknown): boolean => statusOf(error) === 404 || isWithoutName(error);

/** Whether nobody has the name of a service: it was deleted, or this machine asks the wrong name server. */
export const isWithoutName = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "ENOTFOUND";
