import { describe, expect, test } from "vitest";
import { movesOf, nodesAtFirst, type ProgramPool } from "../../../components/cluster/drain/moves";
import { stalePools, type StalePool } from "../../../components/cluster/drain/stale-pools";

const stale = (pool: string, nodes: number, more: Partial<StalePool> = {}): StalePool => ({
    pool,
    azureName: `${pool}old`,
    hasSgx: true,
    nodes,
    minutes: undefined,
    ...more,
});
const scaled = (pool: string, minCount: number, maxCount: number, more: Partial<ProgramPool> = {}): ProgramPool => ({
    pool,
    azureName: `${pool}new`,
    hasSgx: true,
    scale: { autoscaled: true, minCount, maxCount },
    ...more,
});
const fixed = (pool: string, count: number): ProgramPool =>
    scaled(pool, count, count, { scale: { autoscaled: false, minCount: count, maxCount: count } });

/** Pairs of old and new pools, by their names in Azure. */
const pairs = (old: StalePool[], pools: ProgramPool[], live: string[] = []) =>
    movesOf(old, pools, new Set([...old.map(({ azureName }) => azureName), ...live])).map((move) => [
        move.stale.map(({ azureName }) => azureName),
        move.successors.map(({ azureName }) => azureName),
    ]);

const first = (old: StalePool[], pool: ProgramPool, live: string[] = []) =>
    nodesAtFirst(pool, movesOf(old, [pool], new Set(live)));

describe("which pool takes the place of which", () => {
    test("a pool that is replaced: the new one of its name", () => {
        const other = fixed("other", 1);
        expect(pairs([stale("a", 1)], [fixed("a", 1), other], ["othernew"])).toEqual([[["aold"], ["anew"]]]);
        expect(pairs([stale("a", 1)], [fixed("a", 1), other])).toEqual([[["aold"], ["anew"]]]);
    });

    test("a pool that is renamed, split or removed: all with SGX", () => {
        const pools = [fixed("b", 1), fixed("c", 1), fixed("there", 1)];
        expect(pairs([stale("a", 1)], pools, ["therenew"])).toEqual([[["aold"], ["bnew", "cnew", "therenew"]]]);
        expect(pairs([stale("a", 1)], pools.slice(2), ["therenew"])).toEqual([[["aold"], ["therenew"]]]);
        expect(pairs([], pools)).toEqual([]);
    });

    test("a pool with SGX has no successor without", () => {
        const plain = scaled("plain", 1, 3, { hasSgx: false });
        expect(pairs([stale("a", 1)], [plain])).toEqual([[["aold"], []]]);
        expect(pairs([stale("a", 1, { hasSgx: false })], [plain])).toEqual([[["aold"], ["plainnew"]]]);
    });

    test("one pool is renamed while another one is replaced", () => {
        const old = [stale("a", 1), stale("r", 1)];
        expect(pairs(old, [fixed("b", 1), fixed("r", 1)])).toEqual([
            [["rold"], ["rnew"]],
            [["aold"], ["bnew", "rnew"]],
        ]);
    });
});

describe("a new pool", () => {
    test("that is autoscaled has as many nodes at first as the old ones have", () => {
        expect(first([stale("a", 3)], scaled("a", 1, 6))).toBe(3);
        expect(first([stale("a", 3), stale("a", 2, { azureName: "aolder" })], scaled("a", 1, 6))).toBe(5);
        expect(first([stale("a", 3)], scaled("a", 0, 6))).toBe(3);
    });

    test("has them within its bounds", () => {
        expect(first([stale("a", 5)], scaled("a", 1, 4))).toBe(4);
        expect(first([stale("a", 1)], scaled("a", 2, 4))).toBe(2);
        expect(first([stale("a", 0)], scaled("a", 0, 4))).toBe(0);
        expect(first([], scaled("a", 2, 4))).toBe(2);
    });

    test("without the autoscaler has the number it is given", () => {
        expect(first([stale("a", 5)], fixed("a", 2))).toBe(2);
    });

    test("of another name, and each of several, has its share", () => {
        expect(first([stale("a", 3)], scaled("b", 1, 6))).toBe(3);
        const pools = [scaled("b", 1, 6), scaled("c", 1, 6)];
        const moves = movesOf([stale("a", 5)], pools, new Set());
        expect(pools.map((pool) => nodesAtFirst(pool, moves))).toEqual([3, 3]);
        const old = movesOf([stale("a", 5)], [...pools, scaled("there", 1, 6)], new Set(["therenew"]));
        expect(pools.map((pool) => nodesAtFirst(pool, old))).toEqual([3, 3]);
    });

    test("that was there before keeps what the autoscaler gave it, and no number of nodes is waited for", () => {
        const [move] = movesOf([stale("a", 5)], [scaled("a", 1, 6)], new Set(["anew"]));
        expect(move?.successors).toEqual([{ pool: "a", azureName: "anew", nodes: 0, autoscaled: true }]);
        expect(first([stale("a", 5)], scaled("a", 1, 6), ["anew"])).toBe(1);
    });
});

test("stale pools are those of the owner that the program has no longer", () => {
    const labels = (pool: string, owner: string) => ({
        "confidential-aks/pool": pool,
        "confidential-aks/owner": owner,
    });
    const sgx = { ...labels("enclave", "p.s.c.1"), "confidential-aks/sgx": "true" };
    const profiles = [
        { name: "system" },
        { name: "enclaveaaaa", count: 3, nodeLabels: sgx, upgradeSettings: { drainTimeoutInMinutes: 7 } },
        { name: "enclavebbbb", count: 1, nodeLabels: sgx },
        { name: "plaincccc", nodeLabels: labels("plain", "p.s.c.1") },
        { name: "enclavedddd", nodeLabels: labels("enclave", "p.s.c.2") },
    ];
    expect(stalePools(profiles, "p.s.c.1", new Set(["enclavebbbb"]))).toEqual([
        { pool: "enclave", azureName: "enclaveaaaa", hasSgx: true, nodes: 3, minutes: 7 },
        { pool: "plain", azureName: "plaincccc", hasSgx: false, nodes: 0, minutes: undefined },
    ]);
    expect(stalePools(undefined, "p.s.c.1", new Set())).toEqual([]);
});
