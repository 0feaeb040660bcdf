import { createHash } from "node:crypto";

/** AKS allows 12 characters in the name of a Linux pool; four of them are the hash. */
export const longestPoolName = 8;

const hashLength = 4;
const base = 36;

/**
 * Name of a pool in Azure: its own name and four characters of a hash over what AKS fixes when it makes the pool. So a
 * pool of another VM size has another name, and can be there before the old one goes. Another hash replaces every pool
 * that is deployed: a test pins it.
 */
export function azurePoolName(name: string, fixed: Readonly<Record<string, unknown>>): string {
    const given = Object.entries(fixed).filter(([, value]) => value !== undefined);
    const text = JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
    const number = createHash("sha256").update(text).digest().readUIntBE(0, 6) % base ** hashLength;
    return `${name}${number.toString(base).padStart(hashLength, "0")}`;
}

/**
 * Value of the label that says whose a pool is: `project.stack.component`. What a label cannot hold becomes a dash, and
 * a hash then keeps two owners apart.
 */
export function poolOwner(project: string, stack: string, component: string): string {
    const full = `${project}.${stack}.${component}`;
    const longest = 63;
    const safe = full.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
    if (safe === full && full.length <= longest) return full;
    const hash = createHash("sha256").update(full).digest("hex").slice(0, 8);
    return `${safe.slice(0, longest - hash.length - 1)}-${hash}`;
}
