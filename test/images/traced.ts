/**
 * Every package, flag and path, with the section of the facts on Open Enclave and AESM that names it. `base` is what
 * every Ubuntu base image has or what Docker and apt define; `here` is a file this package makes.
 */
export const packages: Record<string, string> = {
    "ca-certificates": "7.1(3,4)",
    curl: "7.1(3)",
    gnupg: "7.1(2): gpg --dearmor and fingerprints",
    "sgx-aesm-service": "2.2, 7.2(2)",
    "libsgx-aesm-quote-ex-plugin": "2.2, 7.2(2)",
    "az-dcap-client": "2.9, 7.1(4), 7.2(1)",
    "clang-$CLANG_VERSION": "1.4, 7.1(3)",
    make: "7.1(3)",
    "pkg-config": "7.1(3)",
    openssl: "7.1(3)",
    "libssl-dev": "7.1(3)",
    binutils: "7.1(4): readelf -d",
    "libsgx-enclave-common": "7.1(3,4)",
    "libsgx-dcap-ql": "7.1(3): builder only",
    "libsgx-quote-ex": "7.1(3,4)",
    libssl3: "7.1(4)",
    "libstdc++6": "7.1(4)",
    "/tmp/open-enclave.deb": "1.4, 7.1(3)",
};
export const flags: Record<string, string> = {
    "--no-daemon": "2.3, 7.2(3)",
    "--no-syslog": "2.3, 7.2(3)",
    "--supported_attestation_types=ECDSA": "2.3, 7.2(3)",
    "--no-install-recommends": "2.2, 7.1(4), 7.2(2)",
    "--proto": "base",
    "--retry": "base",
    "--batch": "base",
    "--quiet": "base",
    "--import": "base",
    "--export": "base",
    "--output": "base",
    "--from": "base",
};
export const paths: [RegExp, string][] = [
    [/^\/usr\/share\/keyrings\/((intel-sgx|microsoft)\.gpg)?$/, "7.1(2)"],
    [/^\/opt\/intel\/sgx-aesm-service\/aesm(\/aesm_service)?$/, "2.3"],
    [/^\/opt\/intel$/, "2.3"],
    [/^\/var\/run\/aesmd$/, "2.4, 7.2(3)"],
    [/^\/opt\/openenclave\/share\/openenclave\/(openenclaverc|samples)$/, "7.1(3)"],
    [/^\/src(\/attestation(\/(host\/attestation_host|enclave_[ab]\/enclave_[ab]\.signed))?)?$/, "1.5, 7.1(3)"],
    [/^\/out\/(host|enclave_a|enclave_b)?(\/attestation_host)?\/?$/, "1.5"],
    [/^\/opt\/attestation(\/|$)/, "here"],
    [/^\/open-enclave\.sha256$/, "here"],
    [/^\/tmp(\/[a-z.-]+)?$/, "base"],
    [/^\/etc\/(os-release|apt\/sources\.list\.d\/(intel-sgx|microsoft)\.list)$/, "base"],
    [/^\/etc\/apt\/preferences\.d\/intel-sgx\.pref$/, "1.4: the pin file"],
    [/^\/var\/lib\/apt\/lists\/\*$/, "base"],
    [/^\/usr(\/bin\/perl)?$|^\/opt$|^\/$/, "base"],
];
export const urls: Record<string, string> = {
    "https://download.01.org/intel-sgx/sgx_repo/ubuntu/intel-sgx-deb.key": "7.1(2)",
    "https://download.01.org/intel-sgx/sgx_repo/ubuntu": "7.1(2)",
    "https://packages.microsoft.com/keys/microsoft.asc": "7.1(2)",
    "https://packages.microsoft.com/ubuntu/$VERSION_ID/prod": "7.1(2)",
    "https://github.com/openenclave/openenclave/releases/download/v${OE_VERSION}/Ubuntu_${release}_open-enclave_${OE_VERSION}_amd64.deb":
        "1.4",
};
