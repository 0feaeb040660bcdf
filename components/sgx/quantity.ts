/** Suffixes of Kubernetes quantities, as numerator and denominator of the unit. */
const suffixes: Readonly<Record<string, readonly [bigint, bigint]>> = {
    n: [1n, 10n ** 9n],
    u: [1n, 10n ** 6n],
    m: [1n, 1000n],
    "": [1n, 1n],
    k: [1000n, 1n],
    M: [10n ** 6n, 1n],
    G: [10n ** 9n, 1n],
    T: [10n ** 12n, 1n],
    P: [10n ** 15n, 1n],
    E: [10n ** 18n, 1n],
    Ki: [2n ** 10n, 1n],
    Mi: [2n ** 20n, 1n],
    Gi: [2n ** 30n, 1n],
    Ti: [2n ** 40n, 1n],
    Pi: [2n ** 50n, 1n],
    Ei: [2n ** 60n, 1n],
};

/**
 * A quantity as Kubernetes reads it ("100m", "1.5Gi", "64e6", 2), as a number rounded up as the scheduler does;
 * undefined when it is none, or below 0. `perUnit` is what to count in: 1 for bytes and devices, 1000 for thousandths
 * of a CPU.
 */
export function parseQuantity(value: unknown, perUnit = 1): number | undefined {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string") return undefined;
    const match = /^\+?(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2})|([KMGTPE]i|[numkMGTPE]))?$/.exec(text);
    if (match === null) return undefined;
    const [, whole = "", fraction = "", exponent = "0", suffix = ""] = match;
    const [up, down] = suffixes[suffix] ?? [1n, 1n];
    const power = Number(exponent) - fraction.length;
    const above = BigInt(whole + fraction) * up * BigInt(perUnit) * (power > 0 ? 10n ** BigInt(power) : 1n);
    const below = down * (power < 0 ? 10n ** BigInt(-power) : 1n);
    return Number((above + below - 1n) / below);
}
