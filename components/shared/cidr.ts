import { isIPv4 } from "node:net";
import { long2ip, Netmask } from "netmask";
import { invalid, type Problem } from "../problems";

/** An IPv4 range in CIDR notation, or undefined if it is none: netmask also takes shorter spellings. */
export function parseRange(text: unknown): Netmask | undefined {
    if (typeof text !== "string") return undefined;
    const [address = "", bits = "", ...rest] = text.split("/");
    return rest.length === 0 && isIPv4(address) && /^([12]?\d|3[0-2])$/.test(bits) ? new Netmask(text) : undefined;
}

/** A range, also of a single address. */
export function asRange(text: string): string {
    return isIPv4(text) ? `${text}/32` : text;
}

/** The address at an offset in a range. */
export function addressIn(range: Netmask, offset: number): string {
    return long2ip(range.netLong + offset);
}

/** The first part of a range, with at least so many bits of network. */
export function firstPart(range: Netmask, bits: number): string {
    return `${range.base}/${Math.max(range.bitmask, bits)}`;
}

/** The network bits that a range may have. */
export interface RangeSizes {
    /** Bits of the largest range. Default 0. */
    largest?: number;
    /** Bits of the smallest range. Default 32. */
    smallest?: number;
}

/** Problems of one range: its form, no bits of a host, and its size; absent is fine. */
export function checkRange(path: string, value: unknown, { largest = 0, smallest = 32 }: RangeSizes = {}): Problem[] {
    if (value === undefined) return [];
    const range = parseRange(value);
    if (range === undefined) {
        const expected = "an IPv4 range in CIDR notation, such as 10.224.0.0/16";
        return [invalid(path, value, expected, "correct the range")];
    }
    if (typeof value === "string" && !value.startsWith(`${range.base}/`)) {
        const expected = "a range that begins with its own first address";
        return [invalid(path, value, expected, `did you mean ${range.toString()}?`)];
    }
    if (range.bitmask >= largest && range.bitmask <= smallest) return [];
    return [invalid(path, value, `a range from /${largest} to /${smallest}`, "choose another size")];
}

/** Problems of ranges that share addresses; every pair is reported once, at its second range. */
export function checkOverlaps(ranges: readonly { path: string; range: Netmask }[]): Problem[] {
    return ranges.flatMap((second, index) =>
        ranges
            .slice(0, index)
            .filter(({ range }) => range.contains(second.range) || second.range.contains(range))
            .map(({ path, range }) => {
                const expected = `a range without addresses of ${path} (${range.toString()})`;
                return invalid(second.path, second.range.toString(), expected, "move one of the two ranges");
            }),
    );
}
