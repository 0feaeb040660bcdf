import { expect, test } from "vitest";
import { movesOf } from "../../../components/cluster/drain/moves";
import { stalePools } from "../../../components/cluster/drain/stale-pools";

test("pods move to the pool of the same name; those of a pool that is removed or renamed, to all pools with SGX", () => {
    const stale = ["enclave", "gone", "general"].map((pool) => ({
        pool,
        azureName: `${pool}old1`,
        minutes: undefined,
    }));
    const pool = (name: string, hasSgx: boolean) => {
        return { pool: name, azureName: `${name}new1`, nodes: 1, autoscaled: false, hasSgx };
    };
    const [enclave, other, general] = [pool("enclave", true), pool("other", true), pool("general", false)];
    expect(movesOf(stale, [enclave, other, general])).toEqual([
        { from: ["enclaveold1"], to: [enclave] },
        { from: ["generalold1"], to: [general] },
        { from: ["goneold1"], to: [enclave, other] },
    ]);
    expect(movesOf([], [enclave])).toEqual([]);
});

test("stale pools are those of the owner that the program has no longer", () => {
    const labels = (pool: string, owner: string) => ({
        "confidential-aks/pool": pool,
        "confidential-aks/owner": owner,
    });
    const profiles = [
        { name: "system" },
        { name: "enclaveaaaa", nodeLabels: labels("enclave", "p.s.c"), upgradeSettings: { drainTimeoutInMinutes: 7 } },
        { name: "enclavebbbb", nodeLabels: labels("enclave", "p.s.c") },
        { name: "othercccc", nodeLabels: labels("other", "p.s.another") },
    ];
    expect(stalePools(profiles, "p.s.c", new Set(["enclavebbbb"]))).toEqual([
        { pool: "enclave", azureName: "enclaveaaaa", minutes: 7 },
    ]);
    expect(stalePools(undefined, "p.s.c", new Set())).toEqual([]);
});
