import { Environment } from "@marcbachmann/cel-js";

/*
 * CEL as the API server has it, for unit tests: the library is CEL's own part, and what Kubernetes adds to it and the
 * policies use is a double here. The API server is the authority: test/e2e/policies/rules.e2e.ts compares.
 */

const factors: Record<string, bigint> = Object.fromEntries([
    ...["k", "M", "G", "T", "P", "E"].map((suffix, at) => [suffix, 1000n ** BigInt(at + 1)] as const),
    ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, at) => [suffix, 1024n ** BigInt(at + 1)] as const),
    ["", 1n],
]);

/** Double of Kubernetes' quantity, of whole numbers with or without a unit. */
class Quantity {
    readonly value: bigint | undefined;

    constructor(text: string) {
        const [, digits = "", suffix = ""] = /^(\d+)(k|[MGTPE]|[KMGTPE]i|)$/.exec(text) ?? [];
        const exponent = /^(\d+)[eE](\d+)$/.exec(text);
        const value =
            exponent === null
                ? digits === ""
                    ? undefined
                    : BigInt(digits) * (factors[suffix] ?? 1n)
                : BigInt(exponent[1] ?? 0) * 10n ** BigInt(exponent[2] ?? 0);
        this.value = value !== undefined && value < 2n ** 63n ? value : undefined;
    }
}

const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1_000_000, maxDepth: 10_000 },
})
    .registerType("Quantity", { ctor: Quantity, fields: {} })
    .registerFunction("quantity(string): Quantity", (text: string) => new Quantity(text))
    .registerFunction("Quantity.isInteger(): bool", ({ value }: Quantity) => value !== undefined)
    .registerFunction("Quantity.asInteger(): int", ({ value }: Quantity) => {
        if (value === undefined) throw new Error("not an integer");
        return value;
    });

const parsed = new Map<string, (variables: Record<string, unknown>) => unknown>();

/** The value of an expression; throws where the API server would have an error. */
export function evaluate(expression: string, variables: Record<string, unknown>): unknown {
    let program = parsed.get(expression);
    if (program === undefined) {
        program = environment.parse(expression) as (variables: Record<string, unknown>) => unknown;
        parsed.set(expression, program);
    }
    return program(variables);
}

/** Part of a manifest as CEL has it: whole numbers are integers, what is undefined is not there. */
export function toCel(value: unknown): unknown {
    if (typeof value === "number") return BigInt(value);
    if (Array.isArray(value)) return value.map(toCel);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, toCel(item)]));
}
