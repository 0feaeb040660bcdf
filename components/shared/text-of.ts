/** Text of an answer. A mock of a unit test and the offline plan have none. */
export function textOf(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
}
