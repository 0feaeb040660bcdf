import { describe, expect, test } from "vitest";
import { refusedAutoscaler } from "../../components/cluster/pool-scale";
import { movedSince, outdatedPools } from "../../components/cluster/outdated-pools";
import { refusedUpgrade } from "../../components/sgx";

describe("an upgrade of Kubernetes", () => {
    test.each([
        ["of the next minor version", "1.36.2", "1.37", ["none", "none"]],
        ["of a patch", "1.36.2", "1.36.4", ["none", "none"]],
        ["to the minor version that runs, whatever its patch", "1.36.4", "1.36", ["patch", "patch"]],
        ["of nothing, because no version is named", "1.36.2", undefined, ["patch", "patch"]],
        ["from a version that is not known", undefined, "1.37", ["patch", "patch"]],
    ])("%s is not refused", (_title, from, to, channels) => {
        expect(refusedUpgrade({ from, to, channels })).toBeUndefined();
    });

    test.each([
        ["with a channel", "1.36.2", "1.37", ["patch", "patch"], 'set upgradeChannel to "none" and run "pulumi up"'],
        ["with a channel that goes in the same update", "1.36.2", "1.37", ["patch", "none"], 'channel is "patch"'],
        ["with a channel that comes in the same update", "1.36.2", "1.37", ["none", "stable"], 'channel is "stable"'],
        [
            "of a patch with a channel",
            "1.36.2",
            "1.36.4",
            ["node-image", "node-image"],
            'leave kubernetesVersion at "1.36"',
        ],
        ["over a minor version", "1.35.1", "1.37", ["none", "none"], 'Set kubernetesVersion to "1.36" first'],
        ["downwards", "1.37.0", "1.36", ["none", "none"], 'Set kubernetesVersion to "1.37"'],
        ["downwards by a patch", "1.36.4", "1.36.2", ["none", "none"], "does not go back"],
    ])("%s is refused, with the way out", (_title, from, to, channels, wayOut) => {
        expect(refusedUpgrade({ from, to, channels })).toContain(wayOut);
    });
});

describe("pools in the body of an update of the cluster", () => {
    const fixed = { name: "system", count: 2 };
    const autoscaled = { name: "system", count: 2, minCount: 2, maxCount: 4, enableAutoScaling: true };

    test("are left alone where they are what AKS shows", () => {
        expect(
            outdatedPools(
                [fixed],
                [
                    { ...fixed, orchestratorVersion: "1.37" },
                    { name: "enclave", count: 1 },
                ],
            ),
        ).toEqual([]);
    });

    test.each([
        ["a count", fixed, { ...fixed, count: 4 }, "pool system would go back to count 2 from 4"],
        ["a bound", autoscaled, { ...autoscaled, maxCount: 8 }, "pool system would go back to maxCount 4 from 8"],
        [
            "the autoscaler's count",
            autoscaled,
            { ...autoscaled, count: 4 },
            "pool system would go back to count 2 from 4",
        ],
        ["the autoscaler", fixed, { ...autoscaled, count: 3 }, "pool system would go back to count 2 from 3"],
        [
            "a version",
            { ...fixed, orchestratorVersion: "1.36" },
            { ...fixed, orchestratorVersion: "1.37" },
            "pool system would go back to orchestratorVersion 1.36 from 1.37",
        ],
    ])("are found where they would take %s back", (_title, sent, live, words) => {
        expect(outdatedPools([sent], [live])).toEqual([words]);
    });

    test("are found where some come with a version, since AKS takes those of all pools or of none", () => {
        const enclave = { name: "enclave", orchestratorVersion: "1.36" };
        const live = [{ ...fixed, orchestratorVersion: "1.36" }, enclave];
        expect(outdatedPools([fixed, enclave], live)).toEqual([expect.stringContaining("versions of some pools")]);
        expect(outdatedPools([live[0]!], live)).toEqual([expect.stringContaining("versions of some pools")]);
        expect(outdatedPools(live, live)).toEqual([]);
    });

    test("are found where one is gone, which AKS takes for a new pool", () => {
        expect(outdatedPools([fixed, { name: "enclave", count: 1 }], [fixed])).toEqual([
            "pool enclave is not there any more, and AKS adds none by an update of a cluster",
        ]);
    });
});

describe("what AKS has changed of a pool since", () => {
    const pool = { name: "enclave", enableAutoScaling: true, count: 1, orchestratorVersion: "1.36" };

    test("is the number of nodes where the pool is autoscaled before and after", () => {
        const words = "pool enclave would go back to count 1 from 3";
        expect(movedSince(pool, pool, { ...pool, count: 3 })).toEqual([words]);
        const fixed = { ...pool, enableAutoScaling: false };
        expect(movedSince(pool, fixed, { ...pool, count: 3 })).toEqual([]);
        expect(movedSince(fixed, fixed, { ...fixed, count: 3 })).toEqual([]);
    });

    test("is a patch that a refresh has seen, and not the minor version of the arguments", () => {
        const seen = { ...pool, orchestratorVersion: "1.36.3" };
        const live = { ...pool, orchestratorVersion: "1.36.5" };
        expect(movedSince(seen, seen, live)).toEqual([
            "pool enclave would go back to orchestratorVersion 1.36.3 from 1.36.5",
        ]);
        expect(movedSince(pool, pool, live)).toEqual([]);
    });

    test("is not the version that an update asks for", () => {
        const newer = { ...pool, orchestratorVersion: "1.36.5" };
        expect(movedSince({ ...pool, orchestratorVersion: "1.36.3" }, newer, pool)).toEqual([]);
    });
});

describe("switching the autoscaler on", () => {
    const after = (count: number) => ({ enableAutoScaling: true, count, minCount: 2, maxCount: 4 });

    test.each([1, 5])("with %i nodes, outside of its bounds, is refused with the way out", (count) => {
        expect(refusedAutoscaler({ count }, after(count))).toMatch(
            new RegExp(`^the pool has ${count} nodes, .* 2 to 4\\. Set count to a number in between`),
        );
    });

    test.each([
        ["inside of its bounds", { count: 3 }, after(3)],
        ["where it is on already", { enableAutoScaling: true, count: 1 }, after(1)],
        ["where it stays off", { count: 1 }, { count: 9 }],
    ])("%s is not refused", (_title, before, now) => {
        expect(refusedAutoscaler(before, now)).toBeUndefined();
    });
});
