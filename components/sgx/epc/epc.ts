import { invalid, throwIfAny, when, type Problem } from "../../problems";
import { parseQuantity } from "../quantity";
import { EPC_RESOURCE, LEGACY_EPC_RESOURCE } from "../resources";

/** A parsed quantity; 0 bytes when there are problems. */
export interface ParsedEpc {
    bytes: number;
    problems: Problem[];
}

const pageBytes = 4096;
const mibBytes = 1024 ** 2;
/** Above all that a node can have: the largest size of the catalogue has a quarter of it. */
const mostBytes = 1024 ** 4;

/**
 * An amount of EPC as Kubernetes reads it: text, a whole number with Ki, Mi or Gi. All else Kubernetes would take too
 * and read as something unlikely ("10" is ten bytes, "10m" a hundredth of one) is a problem, and so is what is no
 * multiple of the 4 KiB page, and more than 1Ti. Throws nothing.
 */
export function parseEpc(quantity: unknown, path: string): ParsedEpc {
    const form = 'a whole number with Ki, Mi or Gi, as text, such as "32Mi"';
    const refuse = (remedy: string, expected = form): ParsedEpc => {
        return { bytes: 0, problems: [invalid(path, quantity, expected, remedy)] };
    };
    if (typeof quantity === "number") return refuse(bareNumber(String(quantity)));
    if (typeof quantity !== "string") return refuse('write the amount as text, such as "32Mi"');
    if (/^\d+$/.test(quantity)) return refuse(bareNumber(quantity));
    if (/^-/.test(quantity)) return refuse("EPC cannot be negative; ask for what the enclaves need");
    if (/^\d+m$/.test(quantity)) return refuse(thousandths(quantity.slice(0, -1)));
    const [, digits = ""] = /^(0|[1-9]\d*)(Ki|Mi|Gi)$/.exec(quantity) ?? [];
    if (digits === "") return refuse(otherForm(quantity));
    const bytes = parseQuantity(quantity) ?? 0;
    if (bytes === 0) return refuse("ask for what the enclaves need, at least 4Ki");
    if (bytes > mostBytes) return refuse(tooMuch(digits), "at most 1Ti: no node has more");
    if (bytes % pageBytes !== 0) {
        return refuse(`use "${wholePages(bytes)}"`, "a multiple of 4Ki: EPC comes in pages of 4 KiB");
    }
    return { bytes, problems: [] };
}

/** A number without a unit is bytes, or a count of MiB whose unit was forgotten: what the number can mean decides. */
function bareNumber(digits: string): string {
    const count = Number(digits);
    if (!/^[1-9]\d*$/.test(digits)) return 'write a whole number with its unit, such as "32Mi"';
    if (count > mostBytes) return `a number without a unit counts bytes, and ${tooMuch("")}`;
    const bytes = `a number without a unit counts bytes: ${digits} bytes`;
    if (count < pageBytes) return `${bytes} are less than a page; did you mean "${digits}Mi"?`;
    const same = `write "${wholePages(count)}"`;
    const exactly = count % pageBytes === 0 ? "" : ", rounded up to whole pages";
    // No node has a million MiB, so a number that large is bytes, as `kubectl get node -o yaml` shows them.
    if (count > mostBytes / mibBytes) return `${bytes}; for that amount ${same}${exactly}`;
    return `${bytes}; for that amount ${same}${exactly}, or for ${digits} MiB "${digits}Mi"`;
}

function thousandths(digits: string): string {
    const bytes = Number(digits) / 1000;
    const why = "m means thousandths of a byte";
    if (bytes >= pageBytes && bytes <= mostBytes) return `${why}; write "${wholePages(bytes)}"`;
    const isCount = Number(digits) * mibBytes <= mostBytes && Number(digits) > 0;
    return `${why}; ${isCount ? `did you mean "${digits}Mi"?` : 'write the amount with its unit, such as "32Mi"'}`;
}

function tooMuch(digits: string): string {
    const bytes = Number(digits);
    const isBytes = bytes >= mibBytes && bytes <= mostBytes;
    return `no machine has that much; ${isBytes ? `${digits} bytes are "${wholePages(bytes)}"` : "ask for what the enclaves need"}`;
}

/** The quantity for bytes, rounded up to whole pages. */
function wholePages(bytes: number): string {
    return formatEpc(Math.ceil(bytes / pageBytes) * pageBytes);
}

function otherForm(quantity: string): string {
    const decimal = /^(\d+)\s*(k|K|M|G|mi|MI|MiB|MB|KiB|KB|GiB|GB|ki|gi)$/.exec(quantity);
    const [, digits = "", unit = ""] = decimal ?? [];
    if (decimal !== null) return `did you mean "${digits}${unit.charAt(0).toUpperCase()}i"?`;
    return /^\d*\.\d+/.test(quantity)
        ? 'use a whole number of a smaller unit, such as "1536Ki" for 1.5Mi'
        : 'write it like "32Mi"';
}

/**
 * Bytes as a quantity with the largest suffix that is exact: 33554432 gives "32Mi", 0 gives "0"; bytes that are no
 * whole Ki stay bare. Throws RangeError unless given a whole number of at least 0.
 */
export function formatEpc(bytes: number): string {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`not a whole number of bytes: ${bytes}`);
    if (bytes === 0) return "0";
    for (const unit of ["Gi", "Mi", "Ki"]) {
        const size = parseQuantity(`1${unit}`) ?? 1;
        if (bytes % size === 0) return `${bytes / size}${unit}`;
    }
    return String(bytes);
}

/** MiB as a quantity: 10 gives "10Mi". Throws ValidationError unless given a whole number above 0. */
export function mibToEpc(mib: number): string {
    const isAmount = Number.isSafeInteger(mib) && mib > 0;
    const problem = invalid("mib", mib, "a whole number of MiB above 0", "correct the number");
    throwIfAny("mibToEpc", when(!isAmount, problem));
    return `${mib}Mi`;
}

/** Problem of a legacy value, or undefined when it is a count of MiB. */
export function legacyEpcProblem(value: unknown, path: string): Problem | undefined {
    const isCount = /^[1-9]\d*$/.test(String(value)) && (typeof value === "string" || typeof value === "number");
    if (isCount && Number(value) * mibBytes <= mostBytes) return undefined;
    const isQuantity = typeof value === "string" && parseEpc(value, path).problems.length === 0;
    const byHand = `under ${EPC_RESOURCE} by hand`;
    let remedy = "write the number of MiB, such as 10";
    if (isQuantity) remedy = `it is a quantity already: put ${JSON.stringify(value)} ${byHand}`;
    else if (isCount && Number(value) <= mostBytes) {
        remedy = `no machine has ${value} MiB; if it counts bytes, put "${wholePages(Number(value))}" ${byHand}`;
    }
    return invalid(path, value, `a whole number without a unit: ${LEGACY_EPC_RESOURCE} counts MiB`, remedy);
}

/**
 * The value of the legacy resource as the quantity for `sgx.intel.com/epc`: "10" or 10 gives "10Mi". Throws
 * ValidationError for all else, "10Mi" too: the legacy resource counts MiB, so that would be ten million of them.
 */
export function convertLegacyEpc(value: string | number): string {
    const problem = legacyEpcProblem(value, LEGACY_EPC_RESOURCE);
    throwIfAny("the legacy EPC resource", problem === undefined ? [] : [problem]);
    return mibToEpc(Number(value));
}
