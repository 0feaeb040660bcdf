import fc from "fast-check";
import type { Enclave } from "../../components/sgx/enclave/enclave";

const hex = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("hex"))
    .filter((text) => !/^0+$/.test(text));
const id = fc.integer({ min: 0, max: 65535 });

/** Any description that has no problems. */
export const anyEnclave: fc.Arbitrary<Enclave> = fc
    .record({
        signer: fc.option(fc.record({ signer: hex, product: id }), { nil: undefined }),
        minimumSvn: id,
        measurements: fc.uniqueArray(hex, { maxLength: 3 }),
        debug: fc.boolean(),
    })
    .filter(({ signer, measurements }) => signer !== undefined || measurements.length > 0)
    .map(({ signer, minimumSvn, measurements, debug }) => ({
        ...signer,
        minimumSvn,
        ...(measurements.length === 0 ? {} : { measurements: [...measurements].sort() }),
        debug,
    }));

/** What Azure Attestation says of an enclave that is meant, as the payload of its token. */
export function goodClaims(enclave: Enclave): Record<string, string | number | boolean> {
    return {
        "x-ms-attestation-type": "sgx",
        "x-ms-sgx-is-debuggable": false,
        "x-ms-sgx-mrsigner": enclave.signer ?? "4d".repeat(32),
        "x-ms-sgx-product-id": enclave.product ?? 5,
        "x-ms-sgx-svn": enclave.minimumSvn,
        "x-ms-sgx-mrenclave": enclave.measurements?.[0] ?? "5e".repeat(32),
    };
}

/** Changes of such claims after which the enclave is not meant any more, each by what is wrong with it. */
export function badClaims(enclave: Enclave): Record<string, Record<string, string | number | boolean | undefined>> {
    const { signer, product, minimumSvn, measurements, debug } = enclave;
    return {
        "another kind of enclave": { "x-ms-attestation-type": "sevsnpvm" },
        "no kind": { "x-ms-attestation-type": undefined },
        ...(debug
            ? {}
            : {
                  "a debug enclave": { "x-ms-sgx-is-debuggable": true },
                  "debug as a text": { "x-ms-sgx-is-debuggable": "false" },
                  "nothing about debug": { "x-ms-sgx-is-debuggable": undefined },
              }),
        ...(signer === undefined
            ? {}
            : {
                  "another signer": { "x-ms-sgx-mrsigner": "6f".repeat(32) },
                  "the signer in capitals": { "x-ms-sgx-mrsigner": signer.toUpperCase() },
                  "no signer": { "x-ms-sgx-mrsigner": undefined },
              }),
        ...(product === undefined
            ? {}
            : {
                  "another product": { "x-ms-sgx-product-id": product + 1 },
                  "the product as a text": { "x-ms-sgx-product-id": String(product) },
              }),
        ...(minimumSvn === 0
            ? {}
            : {
                  "an older SVN": { "x-ms-sgx-svn": minimumSvn - 1 },
                  "the SVN as a text": { "x-ms-sgx-svn": String(minimumSvn) },
                  "no SVN": { "x-ms-sgx-svn": undefined },
              }),
        ...(measurements === undefined
            ? {}
            : {
                  "another measurement": { "x-ms-sgx-mrenclave": "70".repeat(32) },
                  "no measurement": { "x-ms-sgx-mrenclave": undefined },
              }),
    };
}

/** Those of them that a policy of Azure Attestation can tell: each kind of enclave has a policy of its own. */
export function badQuotes(enclave: Enclave): ReturnType<typeof badClaims> {
    const { "another kind of enclave": _, "no kind": __, ...others } = badClaims(enclave);
    return others;
}

/** Claims without those that are undefined. */
export function defined(claims: Record<string, string | number | boolean | undefined>) {
    return Object.fromEntries(
        Object.entries(claims).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    );
}
