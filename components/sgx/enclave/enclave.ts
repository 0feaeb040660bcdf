import {
    flag,
    integerIn,
    matches,
    required,
    when,
    notAllowed,
    duplicate,
    type Problem,
    invalid,
    isPlainObject,
} from "../../problems/index";

/**
 * Which enclaves are meant: those of a signer, or with one of these measurements, or both. The attestation policy, the
 * release policy of keys and what pods are told are all made from it.
 */
export interface EnclaveArgs {
    /**
     * MRSIGNER: SHA-256 of the modulus of the key that signed the enclave, 64 lower-case hexadecimal digits;
     * `oesign dump`, `gramine-sgx-sigstruct-view` and `sgx_sign dump` print it. All who have that key can make enclaves
     * that get the secrets: never that of an SDK's sample. Needs `product`. Required without `measurements`.
     */
    signer?: string;
    /** ISVPRODID, from 0 to 65535: tells the enclaves of one signer apart. Required with `signer`. */
    product?: number;
    /** Least ISVSVN, from 0 to 65535: enclaves with an older security version get nothing. Default 0. */
    minimumSvn?: number;
    /**
     * MRENCLAVE of each build that is meant, 64 lower-case hexadecimal digits each. For an update: that of the old
     * build and that of the new one, until no pod runs the old one.
     */
    measurements?: string[];
    /**
     * Debug enclaves are meant as well. Everybody with access to the node can read the memory of a debug enclave, and
     * so every secret that it gets: for trials without secrets only. Default `false`.
     */
    debug?: boolean;
}

/** A description that was checked, with all defaults. */
export interface Enclave {
    signer?: string;
    product?: number;
    minimumSvn: number;
    /** At least one, or undefined. */
    measurements?: readonly string[];
    debug: boolean;
}

const largest = 2 ** 16 - 1;
const hash = /^(?!0{64}$)[0-9a-f]{64}$/;
const form = "64 lower-case hexadecimal digits, not all of them 0";

/** Problems of a description. */
export function checkEnclave(path: string, args: EnclaveArgs): Problem[] {
    if (!isPlainObject(args)) return [invalid(path, args, "an object with signer and product", "write one")];
    const { signer, product, minimumSvn, measurements, debug } = args;
    const at = (name: string) => (path === "" ? name : `${path}.${name}`);
    if (measurements !== undefined && !Array.isArray(measurements))
        return [invalid(at("measurements"), measurements, "a list of measurements", "write it as a list")];
    return [
        ...when(
            measurements === undefined || measurements.length === 0,
            ...required(
                at("signer"),
                signer,
                "MRSIGNER, or `measurements`: without both every enclave on Azure would be meant",
                "name the signer and the product of your enclaves, or their measurements",
            ),
        ),
        ...matches(at("signer"), signer, hash, form, "`oesign dump -e FILE` prints it as mrsigner"),
        ...when(
            signer !== undefined,
            ...required(
                at("product"),
                product,
                "ISVPRODID: one key may sign enclaves that must not get these secrets",
                "set the product id that the enclave is signed with; SDKs sign with 0 or 1 where nothing else is configured",
            ),
        ),
        ...integerIn(at("product"), product, 0, largest),
        ...integerIn(at("minimumSvn"), minimumSvn, 0, largest),
        ...(measurements ?? []).flatMap((each, index) => [
            ...matches(
                `${at("measurements")}[${index}]`,
                each,
                hash,
                form,
                "`oesign dump -e FILE` prints it as mrenclave",
            ),
            ...when(
                measurements?.indexOf(each) !== index,
                duplicate(
                    `${at("measurements")}[${index}]`,
                    each,
                    `by ${at("measurements")}[${measurements?.indexOf(each) ?? 0}]`,
                    "remove one of them",
                ),
            ),
        ]),
        ...when(
            signer !== undefined && signer === measurements?.[0],
            notAllowed(
                at("measurements[0]"),
                signer,
                "the same as `signer`",
                "MRSIGNER and MRENCLAVE are never the same",
            ),
        ),
        ...flag(at("debug"), debug),
    ];
}

/** The description with its defaults; it has to be without problems. */
export function enclaveOf({ signer, product, minimumSvn, measurements, debug }: EnclaveArgs): Enclave {
    return {
        ...(signer === undefined ? {} : { signer }),
        ...(product === undefined ? {} : { product }),
        minimumSvn: minimumSvn ?? 0,
        ...(measurements === undefined || measurements.length === 0 ? {} : { measurements: [...measurements].sort() }),
        debug: debug ?? false,
    };
}
