import { expect, test } from "vitest";
import { checkEnclave, enclaveOf, type EnclaveArgs } from "../../components/sgx/enclave/enclave";

const signer = "1a".repeat(32);
const measurement = "2b".repeat(32);

test.each<[string, EnclaveArgs]>([
    ["a signer with a product", { signer, product: 0 }],
    ["a measurement", { measurements: [measurement] }],
    ["everything", { signer, product: 7, minimumSvn: 3, measurements: [measurement, "3c".repeat(32)], debug: true }],
])("%s is a description", (_, args) => {
    expect(checkEnclave("enclave", args)).toEqual([]);
});

test.each<[string, EnclaveArgs, string[]]>([
    ["nothing", {}, ["enclave.signer"]],
    ["an empty list of measurements", { measurements: [] }, ["enclave.signer"]],
    ["a signer without a product", { signer }, ["enclave.product"]],
    ["a signer in capitals", { signer: signer.toUpperCase(), product: 1 }, ["enclave.signer"]],
    ["a signer that is too short", { signer: "1a", product: 1 }, ["enclave.signer"]],
    ["a signer of nothing but zeros", { signer: "0".repeat(64), product: 1 }, ["enclave.signer"]],
    ["a product that is none", { signer, product: 65536 }, ["enclave.product"]],
    ["a negative SVN", { signer, product: 1, minimumSvn: -1 }, ["enclave.minimumSvn"]],
    ["a measurement twice", { measurements: [measurement, measurement] }, ["enclave.measurements[1]"]],
    ["the signer as a measurement", { signer, product: 1, measurements: [signer] }, ["enclave.measurements[0]"]],
    ["a text for debug", { measurements: [measurement], debug: "no" as unknown as boolean }, ["enclave.debug"]],
])("%s is refused by its path", (_, args, paths) => {
    expect(checkEnclave("enclave", args).map(({ path }) => path)).toEqual(paths);
});

test("the defaults let no debug enclave pass and any SVN; the order of measurements means nothing", () => {
    const other = "01".repeat(32);
    expect(enclaveOf({ measurements: [measurement, other] })).toEqual({
        minimumSvn: 0,
        measurements: [other, measurement],
        debug: false,
    });
});
