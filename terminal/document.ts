/** What marks a file of this package: the kind of file, its format and the version that is read. */
export interface DocumentKind {
    /** In words, for messages: `plan`. */
    name: string;
    format: string;
    version: number;
    /** What is thrown. */
    error: new (message: string) => Error;
}

/** The object in the JSON of such a file. Another format or version, or an object nested too deep, is an error. */
export function readDocument(
    { name, format, version, error: DocumentError }: DocumentKind,
    json: string,
): Record<string, unknown> {
    let parsed: unknown;
    try {
        parsed = JSON.parse(json);
    } catch {
        // The parser's message quotes the text, which may be anything.
        throw new DocumentError(`not a ${name}: this is not JSON`);
    }
    if (isDeep(parsed)) throw new DocumentError(`not a ${name}: its values are nested more than ${MAX_DEPTH} deep`);
    const document = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Record<string, unknown>;
    if (document["format"] !== format) {
        throw new DocumentError(
            `not a ${name}: "format" is ${JSON.stringify(document["format"])}, expected "${format}"`,
        );
    }
    if (document["version"] !== version) {
        throw new DocumentError(
            `${name} format version ${JSON.stringify(document["version"])} is not supported (this package reads version ` +
                `${version}): make the ${name} again, or use the package version that wrote it`,
        );
    }
    return document;
}

/** What a field of such a file holds. */
export type FieldType = "text" | "number" | "list" | "object";

/** Names of fields that are not there or have another type. */
export function wrongFields(
    document: Record<string, unknown>,
    expected: Readonly<Record<string, FieldType>>,
): string[] {
    const is = {
        text: (value: unknown) => typeof value === "string",
        number: (value: unknown) => typeof value === "number",
        list: (value: unknown) => Array.isArray(value),
        object: (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value),
    };
    return Object.entries(expected).flatMap(([field, type]) => (is[type](document[field]) ? [] : [field]));
}

/** Deeper than any such file is nested. Code that walks through a deeper value would end in a stack overflow. */
const MAX_DEPTH = 500;

function isDeep(value: unknown): boolean {
    let level = [value];
    for (let depth = 0; level.length > 0; depth++) {
        if (depth > MAX_DEPTH) return true;
        level = level.flatMap((item) =>
            typeof item === "object" && item !== null ? (Object.values(item) as unknown[]) : [],
        );
    }
    return false;
}
