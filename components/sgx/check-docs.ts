/** Code of a check of `confidential-aks doctor`, such as `CA-Q18`. */
export type CheckCode = `CA-${string}`;

/** The page about a check. */
export function docsOfCheck(code: CheckCode): string {
    return `https://github.com/OWNER/confidential-aks/blob/main/docs/doctor.md#${code.toLowerCase()}`;
}
