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
