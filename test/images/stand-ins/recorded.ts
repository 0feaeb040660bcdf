import * as fs from "node:fs";
import * as path from "node:path";

/*
 * What the stand-ins print. Everything is from test/fixtures/aesm-real, recorded from Open Enclave's real host code and
 * Intel's real client, byte for byte, except for `read` below: what no recording has was read in the source of Open
 * Enclave v0.19.15.
 */
const recordings = path.resolve(__dirname, "..", "..", "fixtures", "aesm-real");
const recorded = (name: string): string => fs.readFileSync(path.join(recordings, name), "latin1");

/** A good run: what it printed on stdout; it ended with 0. */
export const outOfProcess = recorded("oe-out-of-process.stdout.txt");
/** A run without AESM at the socket: what it printed on stdout and on stderr; it ended with 1. */
export const noAesm = recorded("oe-no-aesm.stdout.txt");
export const noAesmStderr = recorded("oe-no-aesm.stderr.txt");

/** A record of Open Enclave's log with the lines that belong to it, or one line of the program, or of an enclave. */
const unit = /^[\d-]+T[\d:+.]+Z \[\([HE]\)[A-Z]+\][^]*? \[[^[\]\n]+:\w+:\d+\]\n|.*\n/gm;
const unitsOf = (text: string): string[] => text.match(unit) ?? [];

const enclaveLine = /enclave_[ab]: \*\*\*.*\n/g;
const units = unitsOf(outOfProcess);
const isRecord = (text: string): boolean => /^[\d-]+T/.test(text);

/** The one unit of the good run with this text. */
const the = (text: string): string => {
    const found = units.find((each) => each.includes(text));
    if (found === undefined) throw new Error(`no recording has ${text}`);
    return found;
};

/** The good run's units, to be shuffled or cut. */
export const honestUnits = units;
export const succeeded = the("Host:  succeeded");
export const gotQuote = the("quote_ex got quote");
/** What the library logs when the program has printed its last line. */
export const afterTheEnd = units.slice(units.indexOf(succeeded) + 1);
/** The good run up to its last line. */
export const untilTheEnd = units.slice(0, units.indexOf(succeeded) + 1);
/** The beginning, before anything asks for a quote. */
export const started = units.slice(0, units.findIndex(isRecord));
/** The rest of the program's and the enclaves' lines, without the library's log. */
export const attested = units.slice(started.length, units.indexOf(succeeded)).filter((each) => !isRecord(each));

/** Texts that no recording has, since they need SGX or a wrong pod: each with its place in Open Enclave v0.19.15. */
const record = (text: string, file: string, at: string): string =>
    `2026-11-26T11:29:25+0000.750482Z [(H)INFO] tid(0x7fe2ee0a5740) | ${text} [/source/${file}:${at}]\n`;
export const read = {
    loading: record("Loading libsgx_dcap_ql.so.1\n", "host/sgx/sgxquote.c", "_load_sgx_dcap_ql_impl:512"),
    loaded: record("Loaded libsgx_dcap_ql.so.1\n", "host/sgx/sgxquote.c", "_load_sgx_dcap_ql_impl:530"),
    inProcess: record(
        "DCAP installed and set for in-process quoting.",
        "host/sgx/sgxquote.c",
        "_load_quote_ex_library_once:696",
    ),
    failed: record(
        "_sgx_qe_get_target_info failed with quote3_error_t=SGX_QL_ERROR_UNEXPECTED\n (oe_result_t=OE_UNEXPECTED)",
        "host/sgx/sgxquote.c",
        "oe_sgx_qe_get_target_info:945",
    ).replace("INFO", "ERROR"),
    // samples/attestation/host/host.cpp:173
    notSet: "Host: environment variable SGX_AESM_ADDR is not set\n",
};
export const inProcess = [read.loading, read.loaded, read.inProcess];

/** Texts that lose wherever they are. */
export const forbidden = [
    ...inProcess,
    read.failed,
    read.notSet,
    unitsOf(noAesm).find((each) => each.startsWith("Host:  failed")) ?? "",
];

/** The good run as the host prints it, and the enclaves' lines in their order. */
export const hostUnits = unitsOf(outOfProcess.replace(enclaveLine, ""));
export const enclaveLines = outOfProcess.match(enclaveLine) ?? [];

/** After which line of the host the sample's enclaves print, and how many lines: samples/attestation/host/host.cpp. */
const enclavesPrintAfter: [string, number][] = [
    ["Host: Requesting enclave_b format settings", 1],
    ["Host: Requesting enclave_a to generate a targeted evidence", 3],
    ["Host: verify_evidence_and_set_public_key in enclave_b", 1],
    ["Host: Requesting enclave_a format settings", 1],
    ["Host: Requesting enclave_b to generate a targeted evidence", 3],
    ["Host: verify_evidence_and_set_public_key in enclave_a", 1],
    ["Host: Requesting encrypted message from 1st enclave", 1],
    ["Host: Sending the encrypted message to 2nd enclave", 1],
    ["Host: Requesting encrypted message from 2nd enclave", 1],
    ["Sending encrypted message to 1st enclave", 1],
];

/** How many of the enclaves' lines come after each of the host's units. */
export const sampleOrder = hostUnits.map(
    (each) => enclavesPrintAfter.find(([start]) => each.startsWith(start))?.[1] ?? 0,
);
