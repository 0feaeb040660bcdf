import { expect, test } from "vitest";
import { cloudOf, clouds } from "../../components/shared/clouds";

test.each([
    [undefined, clouds.public],
    ["westeurope", clouds.public],
    ["US Gov Virginia", clouds.usGovernment],
    ["usdodcentral", clouds.usGovernment],
    ["chinanorth3", clouds.china],
    ["usnorth", clouds.public],
])("region %s lies in its cloud", (region, cloud) => {
    expect(cloudOf(region)).toBe(cloud);
});
