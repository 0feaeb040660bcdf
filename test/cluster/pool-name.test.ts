import { expect, test } from "vitest";
import { azurePoolName } from "../../components/cluster/pool-name";

test("the name of a pool in Azure is always the same: another one would replace every pool that is deployed", () => {
    expect(azurePoolName("enclave", { vmSize: "Standard_DC2s_v3", osDiskType: "Managed" })).toBe("enclavepu7p");
});

test("neither the order of the settings nor one that is left out changes the name", () => {
    const name = azurePoolName("a", { vmSize: "s", maxPods: 30 });
    expect(azurePoolName("a", { maxPods: 30, zones: undefined, vmSize: "s" })).toBe(name);
});

test("the hash of a name has four letters and digits, also where its number is small", () => {
    const names = Array.from({ length: 3000 }, (_, maxPods) => azurePoolName("p", { maxPods }));
    for (const name of names) expect(name).toMatch(/^p[0-9a-z]{4}$/);
    expect(new Set(names).size).toBeGreaterThan(2980);
});
