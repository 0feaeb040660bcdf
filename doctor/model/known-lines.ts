/** A line of a log that tells a cause. */
export interface KnownLine {
    /** Stable: it is in bundles, and the reason of the finding. */
    id: string;
    /** No pattern has a repetition inside of a repetition, so none takes long on a long line. */
    pattern: RegExp;
    /** What it says, a sentence without a full stop. */
    means: string;
    /** What to do, a sentence without a full stop. */
    fix: string;
}

const collateral = "http://169.254.169.254/metadata/THIM and https://global.acccache.azure.net";
const restart =
    "restart the pod when AESM is ready: Intel's client and Open Enclave remember the failure for as long as the process runs";

/**
 * What to do where AESM cannot write its directory of the node. Removing the directory alone is no remedy: pods that
 * have it mounted keep the removed one, and never see the next socket.
 */
export const ownDirectory =
    "on that node, stop an AESM of the host if there is one (`systemctl disable --now aesmd`), and give /var/run/aesmd to the user that AESM runs as (root in this package's image: `chown root:root /var/run/aesmd`); where it is removed instead, restart every pod of the node that mounts it, since these keep the removed one";

/**
 * The known lines of AESM, of this package's socket proxy, of `wait-for-aesm` and of programs that attest. The more
 * exact ones come first: a line counts for the first pattern that it matches, and of a container only the first one in
 * this order is reported.
 */
export const knownLines: readonly KnownLine[] = [
    {
        // intel/confidential-computing.sgx issue 787, edgelesssys/ego issue 205, openenclave/openenclave issue 4377.
        id: "no-provision-device",
        pattern: /\b0x4004\b|SGXError: ?4004\b|0xe035\b|INVALID_PRIVILEGE\b|Enclave not authorized to run/,
        means: "the kernel does not let the process load Intel's quoting enclave: it has no access to /dev/sgx_provision",
        fix: "out-of-process only AESM needs that device: give its container sgx.intel.com/provision: 1; a program that says it quotes in-process, so set SGX_AESM_ADDR",
    },
    {
        // psw/ae/aesm_service of intel/confidential-computing.sgx: quote_ex and ecdsa bundles.
        id: "plugin-missing",
        pattern: /attestation is required but the bundle is not installed/,
        means: "AESM's image lacks a plugin that quoting needs",
        fix: "install libsgx-aesm-quote-ex-plugin into AESM's image: it brings the ECDSA and PCE plugins",
    },
    {
        // Seen with PSW 2.29; issues 934 and 787 of intel/confidential-computing.sgx.
        id: "qe3-not-loaded",
        pattern: /Failed to load QE3\b|call sgx_create_enclave QE fail/,
        means: "AESM cannot load Intel's quoting enclave (QE3)",
        fix: "look at the number behind the line in AESM's log: 0x2005 is too little EPC, 0x200f a missing enclave file (libsgx-ae-qe3); else see that AESM's container asks for sgx.intel.com/enclave, provision and epc",
    },
    {
        // QPL lookup of AESM, psw/ae/aesm_service.
        id: "quote-provider-missing",
        pattern: /Cannot open Quote Provider Library|oe_initialize_quote_provider failed/,
        means: "there is no quote provider library in the image, so certificates of the platform cannot be fetched",
        fix: "install az-dcap-client (Ubuntu 22.04) or libsgx-dcap-default-qpl with Azure's configuration into the image",
    },
    {
        // intel/confidential-computing.sgx pull 1107.
        id: "old-client",
        pattern: /Can't parse message of type "aesm\.message\.Request" because it is missing required fields/,
        means: "AESM cannot read what clients ask: PSW 2.30.0 refuses the first call of older clients",
        fix: "use PSW 2.29 or older, or 2.30.1, in AESM's image",
    },
    {
        // Seen with PSW 2.29; the second text is of this package's socket proxy.
        id: "socket-not-created",
        pattern: /Failed to create socket\b|cannot create \/var\/run\/aesmd\/aesm\.socket\.new/,
        means: "AESM's socket cannot be made in /var/run/aesmd: the directory belongs to another user, or cannot be written",
        fix: ownDirectory,
    },
    {
        // Seen with PSW 2.29: about 250 connections that are held open.
        id: "too-many-connections",
        pattern: /bit out of range 0 - FD_SETSIZE on fd_set/,
        means: "AESM was ended by too many open connections: a client holds them open",
        fix: "use the quote helper's socket proxy, and find the pod that mounts /var/run/aesmd and opens so many",
    },
    {
        // intel/confidential-computing.tee.dcap issue 203, microsoft/Azure-DCAP-Client issue 153.
        id: "quote-config-not-understood",
        pattern: /\b0xe046\b|SGX_QL_ERROR_MESSAGE_PARSING_ERROR\b/i,
        means: "the quote provider library got no platform certificate that it understands (0xe046): Intel's library asks a cache on localhost unless it is configured",
        fix: "use az-dcap-client, or mount an sgx_default_qcnl.conf that names Azure's services, and restart AESM",
    },
    {
        // microsoft/Azure-DCAP-Client issues 158 and 172, intel/confidential-computing.tee.dcap issue 398.
        id: "no-platform-certificate",
        pattern:
            /\b0xe011\b|\bNO_PLATFORM_CERT_DATA\b|No certificate data for this platform|\b0x8005\b|PLATFORM_CERT_UNAVAILABLE\b/i,
        means: "there is no certificate for this machine (0xe011), so no quote can be made",
        fix: "see that pods of the quote helper reach http://169.254.169.254/metadata/THIM, from which a machine of Azure has its certificate, and that az-dcap-client is 1.13 or newer",
    },
    {
        // microsoft/Azure-DCAP-Client issues 142 and 147.
        id: "collateral-versions-differ",
        pattern: /\b0xe022\b|SGX_QL_PCK_CERT_CHAIN_ERROR\b/i,
        means: "a quote was made with collateral of another API version than it was verified with (0xe022)",
        fix: "give AESM and the verifier the same AZDCAP_COLLATERAL_VERSION (v4), and az-dcap-client 1.13 or newer",
    },
    {
        // intel/confidential-computing.tee.dcap issues 219 and 261; AESM error 12.
        id: "collateral-unreachable",
        pattern: /\b0xe019\b|\b0xe041\b|\b0x4007\b|SGX_QL_NETWORK_(?:ERROR|FAILURE)\b|SGX_ERROR_NETWORK_FAILURE\b/i,
        means: "the collateral service cannot be reached, so no quote can be made or verified",
        fix: `let the pod reach ${collateral}: look at its NetworkPolicies, the firewall and the proxy`,
    },
    {
        // intel/intel-device-plugins-for-kubernetes issues 1098, 1341 and 1462.
        id: "quote-config-wrong",
        pattern: /p_sgx_get_quote_config API\. 0xe001\b/,
        means: "the configuration of the quote provider library is wrong, or the service that it names (0xe001)",
        fix: "correct the sgx_default_qcnl.conf that AESM's pod mounts, and restart the pod",
    },
    {
        // Number 12 of psw/ae/inc/internal/aesm_error.h, as Gramine prints it.
        id: "aesm-network-error",
        pattern: /AESM service returned error:? 12\b/,
        means: "AESM answered error 12: it cannot reach the collateral service",
        fix: `let the quote helper's pods reach ${collateral}: look at NetworkPolicies, the firewall and the proxy`,
    },
    {
        id: "aesm-no-certificate",
        pattern: /AESM service returned error:? 44\b/,
        means: "AESM answered error 44: it has no certificate for this machine",
        fix: "see that pods of the quote helper reach http://169.254.169.254/metadata/THIM, from which a machine of Azure has its certificate",
    },
    {
        // openenclave/openenclave issue 4678.
        id: "aesm-cannot-quote",
        pattern: /AESM service returned error:? 30\b/,
        means: "AESM answered error 30: it runs but cannot quote",
        fix: "install libsgx-aesm-quote-ex-plugin into AESM's image, and start it with --supported_attestation_types=ECDSA",
    },
    {
        // Number 38; gramineproject/gramine issue 516: an EPID package beside DCAP.
        id: "no-attestation-key",
        pattern: /AESM service returned error:? 38\b|\b0x8001\b|SGX_ERROR_UNSUPPORTED_ATT_KEY_ID\b/,
        means: "AESM does not know the attestation key that the program asks for (error 38)",
        fix: "use the same generation of PSW in both images, and default quoting type = ecdsa_256 in aesmd.conf",
    },
    {
        // openenclave/openenclave issue 4790; seen behind a quote of 18 s.
        id: "aesm-timeout",
        pattern: /SGX_ERROR_SERVICE_TIMEOUT\b|\b0xe042\b|\b0x4002\b/,
        means: "AESM did not answer within the 15 s that Intel's client waits, mostly because a collateral service does not answer",
        fix: `see that the quote helper's pods reach ${collateral}, then ${restart}`,
    },
    {
        // openenclave/openenclave issue 3885.
        id: "quote-ex-missing",
        pattern: /failed to load libsgx_quote_ex\.so|libsgx_quote_ex\.so\.1: cannot open shared object file/,
        means: "the program's image lacks libsgx_quote_ex.so.1, with which it would ask AESM",
        fix: "install libsgx-quote-ex into the program's image, without recommended packages",
    },
    {
        // Seen with Intel's client of PSW 2.29 and Open Enclave 0.19.15.
        id: "aesm-not-there",
        pattern: /SGX AESM service unavailable|Failed to connect to socket \/var\/run\/aesmd\/aesm\.socket/,
        means: "AESM was not there when the program asked first",
        fix: `${restart}; the container wait-for-aesm of withAttestation waits for that`,
    },
    {
        // images/attestation-sample; gramineproject/gramine issue 224.
        id: "device-closed",
        pattern: /\/dev\/sgx_enclave is closed to user|\/dev\/sgx[_/]enclave\b.{0,80}\bpermission denied/i,
        means: "the user of the program may not open /dev/sgx_enclave",
        fix: "put the group that has the device on the node into securityContext.supplementalGroups of the pod (sample.supplementalGroups for the sample)",
    },
    {
        // intel/confidential-computing.sgx issues 772 and 920, MicrosoftDocs/azure-docs issue 116281.
        id: "device-not-opened",
        pattern:
            /Failed to open Intel SGX device|Invalid SGX device|Cannot open (?:device \/dev\/sgx|SGX driver device)/i,
        means: "the program cannot open the SGX device",
        fix: "ask for sgx.intel.com/enclave: 1 in its container, and use PSW 2.18.1 or newer (Gramine 1.0 or newer) in its image: older ones look for /dev/sgx/enclave",
    },
    {
        id: "wait-gave-up",
        pattern: /^gave up after \d+ s: /,
        means: "AESM did not become healthy on that node within the time that wait-for-aesm waits",
        fix: "mend AESM on that node: --exec asks what it answers",
    },
];
