import { BlockList, isIPv4 } from "node:net";
import type { Problem } from "../sgx";

/** An IPv4 range in CIDR notation, or undefined if it is none. */
export function parseCidr(text: string): { address: string; bits: number } | undefined {
    const [address, bits, ...rest] = text.split("/");
    if (address === undefined || bits === undefined || rest.length > 0) return undefined;
    if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
    return { address, bits: Number(bits) };
}

/** A range, also of a single address. */
export function asRange(text: string): string {
    return isIPv4(text) ? `${text}/32` : text;
}

function toNumber(address: string): number {
    return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

function toAddress(number: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** The address at an offset in a range. */
export function addressIn(cidr: string, offset: number): string {
    return toAddress(toNumber(parseCidr(cidr)?.address ?? "0.0.0.0") + offset);
}

/** The last address of a range. */
export function lastAddress(cidr: string): string {
    return addressIn(cidr, 2 ** (32 - (parseCidr(cidr)?.bits ?? 32)) - 1);
}

/** The first part of a range, with at least so many bits of network. */
export function firstPart(cidr: string, bits: number): string {
    const range = parseCidr(cidr);
    return range === undefined ? cidr : `${range.address}/${Math.max(range.bits, bits)}`;
}

/** Whether a range contains an address. */
export function contains(cidr: string, address: string): boolean {
    const range = parseCidr(cidr);
    if (range === undefined) return false;
    const list = new BlockList();
    list.addSubnet(range.address, range.bits, "ipv4");
    return list.check(address, "ipv4");
}

/** Whether `outer` contains all of `inner`. */
export function containsRange(outer: string, inner: string): boolean {
    const [a, b] = [parseCidr(outer), parseCidr(inner)];
    return a !== undefined && b !== undefined && a.bits <= b.bits && contains(outer, b.address);
}

/** Problems of one range: its form, no bits of a host, and its size. */
export function checkCidr(
    path: string,
    value: string | undefined,
    sizes: { largest?: number; smallest?: number } = {},
): Problem[] {
    if (value === undefined) return [];
    const range = parseCidr(value);
    if (range === undefined) {
        const expected = "an IPv4 range in CIDR notation, such as 10.224.0.0/16";
        return [{ path, value, expected, remedy: "correct the range" }];
    }
    const size = 2 ** (32 - range.bits);
    const first = toAddress(Math.floor(toNumber(range.address) / size) * size);
    if (first !== range.address) {
        const expected = "a range that begins with its own first address";
        return [{ path, value, expected, remedy: `did you mean ${first}/${range.bits}?` }];
    }
    const { largest = 0, smallest = 32 } = sizes;
    if (range.bits >= largest && range.bits <= smallest) return [];
    return [{ path, value, expected: `a range from /${largest} to /${smallest}`, remedy: "choose another size" }];
}

/** Problems of ranges that share addresses; every pair is reported once, at its second range. */
export function checkOverlaps(ranges: { path: string; value: string }[]): Problem[] {
    return ranges.flatMap((later, index) =>
        ranges
            .slice(0, index)
            .filter(({ value }) => containsRange(value, later.value) || containsRange(later.value, value))
            .map((earlier) => ({
                path: later.path,
                value: later.value,
                expected: `a range without addresses of ${earlier.path} (${earlier.value})`,
                remedy: "move one of the two ranges",
            })),
    );
}
