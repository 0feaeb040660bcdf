/**
 * What the real programs print, for stand-ins that run without SGX. Texts: Open Enclave 0.19 host/sgx/sgxquote.c,
 * host/sgx/linux/sgxquoteexloader.c and samples/attestation/host/host.cpp; the prefix is that of its host log.
 */
const at = (text: string, line: number): string =>
    `2026-11-23T09:41:07+0000.512345Z [(H)INFO] tid(0x7f1c2a4b9740) | ${text} [/source/host/sgx/sgxquote.c:_load_quote_ex_library_once:${String(line)}]`;

export const started = [
    "Host: Creating two enclaves",
    "Host: Enclave library ./enclave_a/enclave_a.signed",
    "Host: Enclave successfully created.",
    "Host: Enclave library ./enclave_b/enclave_b.signed",
    "Host: Enclave successfully created.",
    "Host: environment variable SGX_AESM_ADDR is set",
];

export const outOfProcess = [
    at("DCAP not installed or set for out-of-process, try quote-ex", 713),
    at("oe_sgx_load_quote_ex_library() libsgx_quote_ex.so.1", 55),
    at("algorithm_id=2", 808),
    at("key_id_count=1 mapped=1", 835),
    at("_load_quote_ex_library_once() result=OE_OK", 835),
    at("quote_ex got quote for algorithm_id=2", 1116),
];

export const inProcess = [
    at("Loading libsgx_dcap_ql.so.1", 160),
    at("Loaded libsgx_dcap_ql.so.1", 175),
    at("DCAP installed and set for in-process quoting.", 706),
];

/** Lines that lose wherever they are; each is one of the real ones. */
export const forbidden = [
    ...inProcess,
    at("_sgx_qe_get_target_info failed with quote3_error_t=0xe035", 900),
    "Host: environment variable SGX_AESM_ADDR is not set",
    "Host:  failed ",
];

export const attested = [
    "***",
    "Host: Now both enclaves have attested each other.",
    "They can start exchanging messages between them ",
    "***",
    "Host: Success",
    "Host: Terminating enclaves",
];

export const succeeded = "Host:  succeeded ";

export const unavailable = [
    ...started,
    at("DCAP not installed or set for out-of-process, try quote-ex", 713),
    "[get_qe_target] Failed to connect to socket /var/run/aesmd/aesm.socket",
    at("SGX AESM service unavailable (oe_result_t=OE_SERVICE_UNAVAILABLE)", 731),
    "Host: get_format_settings failed. OE_SERVICE_UNAVAILABLE",
    "Host: attestation failed with 1",
    "Host: Terminating enclaves",
    "Host:  failed ",
];

export const honest = [...started, ...outOfProcess, ...attested, succeeded];
