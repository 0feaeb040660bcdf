import { isIPv4 } from "node:net";
import { ip2long, long2ip, Netmask } from "netmask";
import type { Problem } from "../problems";

/** An IPv4 range in CIDR notation, or undefined if it is none; shorter spellings that the library takes are none. */
function parseCidr(text: string): Netmask | undefined {
    const [address = "", bits = "", ...rest] = text.split("/");
    if (rest.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
    return new Netmask(text);
}

/** A range, also of a single address. */
export function asRange(text: string): string {
    return isIPv4(text) ? `${text}/32` : text;
}

/** How many bits of a range are its network's; 32 where it is no range. */
export function networkBits(cidr: string): number {
    return parseCidr(cidr)?.bitmask ?? 32;
}

/** The address at an offset in a range. */
export function addressIn(cidr: string, offset: number): string {
    return long2ip(ip2long(parseCidr(cidr)?.base ?? "0.0.0.0") + offset);
}

/** The last address of a range. */
export function lastAddress(cidr: string): string {
    return addressIn(cidr, 2 ** (32 - networkBits(cidr)) - 1);
}

/** The first part of a range, with at least so many bits of network. */
export function firstPart(cidr: string, bits: number): string {
    const range = parseCidr(cidr);
    return range === undefined ? cidr : `${range.base}/${Math.max(range.bitmask, bits)}`;
}

/** Whether `outer` contains all of `inner`, a range or an address. */
export function contains(outer: string, inner: string): boolean {
    return parseCidr(asRange(inner)) !== undefined && parseCidr(outer)?.contains(asRange(inner)) === true;
}

/** Problems of one range: its form, no bits of a host, and its size. */
export function checkCidr(
    path: string,
    value: string | undefined,
    sizes: { largest?: number; smallest?: number } = {},
): Problem[] {
    if (value === undefined) return [];
    const range = typeof value === "string" ? parseCidr(value) : undefined;
    if (range === undefined) {
        const expected = "an IPv4 range in CIDR notation, such as 10.224.0.0/16";
        return [{ path, value, expected, remedy: "correct the range" }];
    }
    if (!value.startsWith(`${range.base}/`)) {
        const expected = "a range that begins with its own first address";
        return [{ path, value, expected, remedy: `did you mean ${range.base}/${range.bitmask}?` }];
    }
    const { largest = 0, smallest = 32 } = sizes;
    if (range.bitmask >= largest && range.bitmask <= smallest) return [];
    return [{ path, value, expected: `a range from /${largest} to /${smallest}`, remedy: "choose another size" }];
}

/** Problems of ranges that share addresses; every pair is reported once, at its second range. */
export function checkOverlaps(ranges: { path: string; value: string }[]): Problem[] {
    return ranges.flatMap((later, index) =>
        ranges
            .slice(0, index)
            .filter(({ value }) => contains(value, later.value) || contains(later.value, value))
            .map((earlier) => ({
                path: later.path,
                value: later.value,
                expected: `a range without addresses of ${earlier.path} (${earlier.value})`,
                remedy: "move one of the two ranges",
            })),
    );
}
