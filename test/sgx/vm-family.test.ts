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
    ["Standard_B2s", "Standard BS Family vCPUs", 2],
])("%s counts against %s, with %i vCPUs", (size, quota, vCpu) => {
    expect(vmFamily(size)).toMatchObject({ quota, vCpu });
});

test.each(["Standard_NC24ads_A100_v4", "Standard_D3_v2", "Standard_DS11", "DC2s_v3", "standard_dc2s_v3", ""])(
    "%s is not taken apart: its name does not say family and vCPUs",
    (size) => {
        expect(vmFamily(size)).toBeUndefined();
    },
);

test("the vCPUs of every SGX size are those of the catalogue", () => {
    expect(sgxVmSizes.map(({ name }) => [name, vmFamily(name)?.vCpu])).toEqual(
        sgxVmSizes.map(({ name, vCpu }) => [name, vCpu]),
    );
});

test("a constrained size counts as a whole, and has fewer vCPUs", () => {
    expect(vmFamily("Standard_E16-4s_v5")).toMatchObject({ vCpu: 16, active: 4 });
    expect(vmFamily("Standard_D4s_v5")).toMatchObject({ vCpu: 4, active: 4 });
});
