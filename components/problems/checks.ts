import { invalid, missing, unsupported, when } from "./kinds";
import type { Problem } from "./problem";
import { isLate } from "./wire-values";

/** A problem unless `value` is one of the members of a closed set; absent is fine. */
export function oneOf(path: string, value: unknown, allowed: Record<string, string>): Problem[] {
    const names = Object.values(allowed);
    return when(value !== undefined && !names.some((name) => name === value), unsupported(path, value, names));
}

/** A problem unless `value` is true or false; absent is fine. A text such as "false" would count as true. */
export function flag(path: string, value: unknown): Problem[] {
    const problem = invalid(path, value, "true or false", "use one of the two, without quotes");
    return when(value !== undefined && typeof value !== "boolean", problem);
}

/** A problem unless `value` is a whole number from `min` to `max`; absent is fine. */
export function integerIn(path: string, value: unknown, min: number, max: number): Problem[] {
    if (value === undefined) return [];
    const isInRange = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    const expected = `a whole number from ${min} to ${max}`;
    return when(!isInRange, invalid(path, value, expected, "use a number in that range"));
}

/** Problems of numeric group ids. */
export function groupIds(path: string, groups: unknown): Problem[] {
    if (groups === undefined) return [];
    if (!Array.isArray(groups)) return [invalid(path, groups, "a list of numeric group ids", "write it as a list")];
    return groups.flatMap((group: unknown, index) => integerIn(`${path}[${index}]`, group, 0, 2 ** 31 - 1));
}

/** A problem unless `value` is a string that matches; absent is fine. */
export function matches(path: string, value: unknown, pattern: RegExp, expected: string, remedy: string): Problem[] {
    if (value === undefined || (typeof value === "string" && pattern.test(value))) return [];
    return [invalid(path, value, expected, remedy)];
}

/** Problem for a value that has to be there; an Output counts as there. */
export function required(path: string, value: unknown, expected: string, remedy: string): Problem[] {
    return when(value === undefined || value === null || value === "", missing(path, expected, remedy, value));
}

/** Length, characters and form of a Kubernetes object name (RFC 1123 label). */
export function kubernetesName(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    return matches(
        path,
        value,
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
        "1-63 lower-case letters, digits and dashes, starting and ending with a letter or digit",
        "choose a name of that form",
    );
}

const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
/** Registry with port, repository, then a tag, a digest or both (https://github.com/distribution/reference). */
const imageGrammar = new RegExp(
    `^(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?/)?${part}(?:/${part})*` +
        "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$",
);

/** An image reference with a tag or digest. A value that is only known later passes here. */
export function imageReference(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    return matches(
        path,
        value,
        imageGrammar,
        "an image reference with a tag or a digest, such as myregistry.azurecr.io/sgx/aesm:2.29",
        "name registry, repository (lower case) and a tag or digest; a reference without either means :latest, which changes under you",
    );
}

/** An image that has to be named. */
export function requiredImage(path: string, value: unknown, expected: string, remedy: string): Problem[] {
    const absent = required(path, value, expected, remedy);
    return absent.length > 0 ? absent : imageReference(path, value);
}
