const prefix = "confidential-aks:index:";
const refPrefix = `#/types/${prefix}`;

/** The token of a type, component or function. */
export function tokenOf(name: string): string {
    return `${prefix}${name}`;
}

/** The name in a token; a name as it is. */
export function nameIn(token: string): string {
    return token.startsWith(prefix) ? token.slice(prefix.length) : token;
}

/** A reference to a type of the package. */
export function refTo(name: string): string {
    return `${refPrefix}${name}`;
}

/** The name of the type that a reference leads to; undefined for Pulumi's own types. */
export function nameInRef(ref: string): string | undefined {
    return ref.startsWith(refPrefix) ? ref.slice(refPrefix.length) : undefined;
}
