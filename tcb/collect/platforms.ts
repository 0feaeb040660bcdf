import { readFileSync } from "node:fs";
import { CommandError, messageOf } from "../../terminal/errors.js";
import { fmspcPattern } from "../model/collateral.js";
import type { Platform, PlatformTcb } from "../model/platform.js";
import { readCertificates } from "../verify/certificates.js";
import { NotUsable } from "../verify/errors.js";
import { readPck } from "../verify/pck.js";
import { readQuote } from "../verify/quote.js";

/** Platforms as they are given on a command line. */
export interface PlatformFlags {
    fmspc?: readonly string[];
    /** The 16 components of one platform, hexadecimal. */
    cpusvn?: string;
    pcesvn?: string;
    /** Files with a PCK certificate in PEM. */
    pck?: readonly string[];
    /** Files with an SGX quote. */
    quote?: readonly string[];
}

/** The platforms, or a message with everything that is wrong. */
export function readPlatforms(flags: PlatformFlags): Platform[] {
    const { fmspc = [], pck = [], quote = [] } = flags;
    const problems: string[] = [];
    const orProblem = <T>(read: () => T): T[] => {
        try {
            return [read()];
        } catch (error) {
            if (!(error instanceof NotUsable || error instanceof CommandError)) throw error;
            problems.push(error.message);
            return [];
        }
    };
    const [tcb] = orProblem(() => tcbOf(flags));
    const platforms = [
        ...fmspc.flatMap((each) => orProblem(() => ({ ...givenBy(each), ...(tcb === undefined ? {} : { tcb }) }))),
        ...pck.flatMap((file) => orProblem(() => fromPck(file))),
        ...quote.flatMap((file) => orProblem(() => fromQuote(file))),
    ];
    if (fmspc.length + pck.length + quote.length === 0)
        problems.push("nothing to judge: --quote, --pck or --fmspc is needed");
    if (problems.length > 0) throw new CommandError(problems.join("\n"), 2);
    return platforms;
}

function givenBy(fmspc: string): Platform {
    if (!fmspcPattern.test(fmspc)) throw usage(`--fmspc ${fmspc}: 12 hexadecimal digits are expected`);
    return { name: `FMSPC ${fmspc.toUpperCase()}`, fmspc: fmspc.toUpperCase() };
}

function tcbOf({ fmspc = [], cpusvn, pcesvn }: PlatformFlags): PlatformTcb | undefined {
    if (cpusvn === undefined && pcesvn === undefined) return undefined;
    const problems = [
        ...(cpusvn === undefined || pcesvn === undefined ? ["--cpusvn and --pcesvn: one without the other"] : []),
        ...(fmspc.length === 1 ? [] : ["--cpusvn and --pcesvn: they belong to one --fmspc"]),
        ...(cpusvn === undefined || /^[0-9A-Fa-f]{32}$/.test(cpusvn)
            ? []
            : [`--cpusvn ${cpusvn}: 32 hexadecimal digits are expected, two for each component`]),
        ...(pcesvn === undefined || (/^\d{1,5}$/.test(pcesvn) && Number(pcesvn) <= 65_535)
            ? []
            : [`--pcesvn ${pcesvn}: a number from 0 to 65535 is expected`]),
    ];
    if (problems.length > 0 || cpusvn === undefined || pcesvn === undefined) throw usage(problems.join("\n"));
    return { components: [...Buffer.from(cpusvn, "hex")], pceSvn: Number(pcesvn) };
}

function fromPck(file: string): Platform {
    return inFile("--pck", file, (bytes) => {
        const [leaf] = readCertificates(bytes.toString("latin1"));
        if (leaf === undefined) throw usage("no certificate");
        return readPck(leaf);
    });
}

function fromQuote(file: string): Platform {
    return inFile("--quote", file, readQuote);
}

function inFile(flag: string, file: string, read: (bytes: Buffer) => Omit<Platform, "name">): Platform {
    let bytes: Buffer;
    try {
        bytes = readFileSync(file);
    } catch (error) {
        throw usage(`${flag} ${file}: cannot be read (${messageOf(error)})`);
    }
    try {
        return { name: file, ...read(bytes) };
    } catch (error) {
        if (error instanceof NotUsable) throw usage(`${flag} ${file}: ${error.message}`);
        throw error;
    }
}

function usage(message: string): CommandError {
    return new CommandError(message, 2);
}
