import { expect, test } from "vitest";
import { azurePoolName, poolOwner } from "../../components/cluster/pool-name";

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

test("the owner of a pool is project, stack and component", () => {
    expect(poolOwner("shop", "prod", "sgx")).toBe("shop.prod.sgx");
});

test("an owner that a label cannot hold is made safe, and two owners stay two", () => {
    const long = "x".repeat(70);
    const owners = [
        poolOwner("shop", "prod", `${long}1`),
        poolOwner("shop", "prod", `${long}2`),
        poolOwner("shop", "prod", "a b"),
        poolOwner("shop", "prod", "a-b"),
        poolOwner("shop", "prod", "a/b"),
        poolOwner("_shop", "prod", "a"),
        poolOwner("shop", "prod", "a_"),
    ];
    for (const owner of owners) expect(owner).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
    expect(new Set(owners).size).toBe(owners.length);
});
