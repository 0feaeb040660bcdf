import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, test } from "vitest";
import { knownLines } from "../../../doctor/model/known-lines";

/** The line that a line of a log counts for. */
const idOf = (line: string) => knownLines.find(({ pattern }) => pattern.test(line))?.id;

test.each([
    [
        "[load_qe ../qe_logic.cpp:697] Error, call sgx_create_enclave QE fail [load_qe], SGXError:4004.",
        "no-provision-device",
    ],
    ["Failed to load QE3: 0x4004", "no-provision-device"],
    ["Failed to load QE3: 0x200f", "qe3-not-loaded"],
    ["ECDSA attestation is required but the bundle is not installed.", "plugin-missing"],
    ["Cannot open Quote Provider Library libdcap_quoteprov.so.1 and libdcap_quoteprov.so", "quote-provider-missing"],
    ["Failed to create socket", "socket-not-created"],
    [
        "cannot create /var/run/aesmd/aesm.socket.new: Permission denied: is the directory root's, and writable?",
        "socket-not-created",
    ],
    ["*** bit out of range 0 - FD_SETSIZE on fd_set ***: terminated", "too-many-connections"],
    [
        "[get_platform_quote_cert_data ../qe_logic.cpp:347] Error returned from the p_sgx_get_quote_config API. 0xe046",
        "quote-config-not-understood",
    ],
    [
        "[get_platform_quote_cert_data ../qe_logic.cpp:378] Error returned from the p_sgx_get_quote_config API. 0xe011",
        "no-platform-certificate",
    ],
    [
        "[get_platform_quote_cert_data ../qe_logic.cpp:378] Error returned from the p_sgx_get_quote_config API. 0xe019",
        "collateral-unreachable",
    ],
    ["Error: App: sgx_qv_verify_quote failed: 0xe022", "collateral-versions-differ"],
    ["error: AESM service returned error 30; this may indicate that infrastructure is missing", "aesm-cannot-quote"],
    [
        "SGX quote-ex failure: _load_quote_ex_library_once() sgx_get_supported_att_key_id_num() status=SGX_ERROR_SERVICE_TIMEOUT num=0",
        "aesm-timeout",
    ],
    [
        "ERROR: sgxquoteexprovider: failed to load libsgx_quote_ex.so.1: libsgx_quote_ex.so.1: cannot open shared object file",
        "quote-ex-missing",
    ],
    ["/dev/sgx_enclave is closed to user 10001: it has mode 0660, user 0 and group 107", "device-closed"],
    ["open /dev/sgx_enclave: permission denied", "device-closed"],
    ["Failed to open Intel SGX device.", "device-not-opened"],
    ["gave up after 300 s: no socket at /var/run/aesmd/aesm.socket: AESM is not running here", "wait-gave-up"],
])("a log with %j names its cause", (line, id) => {
    expect(idOf(line)).toBe(id);
});

test.each([
    "Failed to set logging callback for the quote provider library.",
    "Malformed request received (May be forged for attack)",
    "The server sock is 0x55d0c8",
    "aesm_service: warning: Turn to daemon.",
])("a healthy AESM's line %j is no cause", (line) => {
    expect(idOf(line)).toBeUndefined();
});

test("a run of Open Enclave without AESM names it, and a good one has no known line", () => {
    const recorded = (file: string) =>
        readFileSync(path.join(__dirname, "../../fixtures/aesm-real", file), "utf8").split("\n");
    expect(recorded("oe-no-aesm.stdout.txt").map(idOf)).toContain("aesm-not-there");
    expect(recorded("oe-out-of-process.stdout.txt").flatMap((line) => idOf(line) ?? [])).toEqual([]);
});

test("where AESM cannot write its directory, the advice is not only to remove it: pods that mount it keep the removed one", () => {
    const { fix } = knownLines.find(({ id }) => id === "socket-not-created") ?? {};
    expect(fix).toContain("chown root:root /var/run/aesmd");
    expect(fix).toContain("restart every pod of the node that mounts it");
});

test("ids are stable names, each there once", () => {
    const ids = knownLines.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test("no pattern takes long on a long line", () => {
    const lines = ["a", "/dev/sgx_enclave ", "0xe", "error ", " "].map((part) => part.repeat(200_000 / part.length));
    const start = process.cpuUsage().user;
    for (const line of lines) expect(idOf(line)).toBeUndefined();
    expect((process.cpuUsage().user - start) / 1e6).toBeLessThan(2);
});
