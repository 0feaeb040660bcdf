import { expect, test } from "vitest";
import { sgxVmSizes, vmFamily } from "../../components/sgx";

test.each([
    ["Standard_DC2s_v3", "Standard DCSv3 Family vCPUs", 2],
    ["Standard_DC16ds_v3", "Standard DCDSv3 Family vCPUs", 16],
    ["Standard_DC4s_v2", "Standard DCSv2 Family vCPUs", 4],
    ["Standard_DC8_v2", "Standard DCSv2 Family vCPUs", 8],
    ["Standard_D4s_v5", "Standard DSv5 Family vCPUs", 4],
    ["Standard_D8ads_v5", "Standard DADSv5 Family vCPUs", 8],
    ["Standard_E16-4s_v5", "Standard ESv5 Family vCPUs", 16],
    ["Standard_DS2_v2", "Standard DSv2 Family vCPUs", 2],
    ["Standard_B2s", "Standard BS Family vCPUs", 2],
])("%s counts against %s, with %i vCPUs", (size, quota, vCpu) => {
    expect(vmFamily(size)).toEqual({ quota, vCpu });
});

test.each(["Standard_NC24ads_A100_v4", "DC2s_v3", "standard_dc2s_v3", ""])(
    "%s is not taken apart: its name does not say the family",
    (size) => {
        expect(vmFamily(size)).toBeUndefined();
    },
);

test("the vCPUs of every SGX size are those of the catalogue", () => {
    expect(sgxVmSizes.map(({ name }) => [name, vmFamily(name)?.vCpu])).toEqual(
        sgxVmSizes.map(({ name, vCpu }) => [name, vCpu]),
    );
});
