/**
 * Directory of AESM's socket, the same on the node and in containers: Intel's client library has the path built in
 * (https://github.com/intel/confidential-computing.sgx, psw/ae/aesm_service). Mount the directory, never the socket
 * file: a restarted AESM makes a new one.
 */
export const AESM_SOCKET_DIR = "/var/run/aesmd";

/** AESM's socket. */
export const AESM_SOCKET = `${AESM_SOCKET_DIR}/aesm.socket`;

/**
 * The variable that makes Open Enclave quote out-of-process. It is a presence flag: any value does it, "0" and "" too
 * (https://github.com/openenclave/openenclave/blob/master/docs/DesignDocs/SGX_QuoteEx_Integration.md).
 */
export const AESM_ENV = "SGX_AESM_ADDR";

/** The value this package gives it; text, since Kubernetes refuses numbers there. */
export const AESM_ENV_VALUE = "1";

/**
 * The question whether AESM can quote: getSupportedAttKeyIDNum (field 21) with a timeout (field 9) of 15000, as
 * protobuf behind a 32-bit little-endian length. It needs no enclave call and no network, but waits behind a quote that
 * is being made. Error 0 with a number of at least 1 means that QE3 is loaded; PCE is loaded with the first quote.
 * Derived from https://github.com/intel/confidential-computing.sgx, psw/ae/aesm_service/source/core/ipc/messages.proto.
 */
export const AESM_PROBE_REQUEST: readonly number[] = [0x06, 0, 0, 0, 0xaa, 0x01, 0x03, 0x48, 0x98, 0x75];

/**
 * The question whether AESM is alive: getSupportedAttKeyIDs (field 22) with a buffer of 256 bytes. AESM answers it on
 * another thread than quotes (core/ipc/AEGetSupportedAttKeyIDsRequest.cpp), so also while a quote takes long or hangs;
 * any answer will do.
 */
export const AESM_ALIVE_REQUEST: readonly number[] = [
    0x09, 0, 0, 0, 0xb2, 0x01, 0x06, 0x08, 0x80, 0x02, 0x48, 0x98, 0x75,
];

/**
 * Names of the errors with which AESM can answer the first question (core/AESMLogicWrapper.cpp,
 * get_supported_att_key_id_num), from psw/ae/inc/internal/aesm_error.h of
 * https://github.com/intel/confidential-computing.sgx.
 */
export const aesmErrors: Readonly<Record<number, string>> = { 1: "UNEXPECTED_ERROR", 30: "SERVICE_UNAVAILABLE" };

/** Name of the volume with AESM's socket directory. */
export const AESM_VOLUME = "aesmd-socket";

/** Name of the init container that waits for AESM. */
export const AESM_WAIT_CONTAINER = "wait-for-aesm";
