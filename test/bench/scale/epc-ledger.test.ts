import { expect, test } from "vitest";
import { EpcLedger, ownersEpc, type SeenPod } from "./epc-ledger.js";

const mebi = 2 ** 20;

function pod(name: string, epc: string, more: { nodeName?: string; phase?: string; owner?: number } = {}): SeenPod {
    const { nodeName, phase = "Pending", owner } = more;
    const containers = [{ name: "app", resources: { limits: { "sgx.intel.com/epc": epc } } }];
    return {
        metadata: {
            namespace: "n",
            name,
            ...(owner === undefined ? {} : { annotations: { [ownersEpc]: `${owner}` } }),
        },
        spec: { ...(nodeName === undefined ? {} : { nodeName }), containers } as SeenPod["spec"],
        status: { phase },
    };
}

function ledger(...changes: [type: string, pod: SeenPod][]): EpcLedger {
    const made = new EpcLedger(new Map([["a", 10 * mebi]]));
    for (const [type, changed] of changes) made.observe(type, changed);
    return made;
}

const on = { nodeName: "a" };

test("a node that is filled to the last byte holds what it has", () => {
    const { problems, peak } = ledger(
        ["ADDED", pod("one", "6Mi", on)],
        ["MODIFIED", pod("one", "6Mi", { ...on, phase: "Running" })],
        ["MODIFIED", pod("two", "4Mi", on)],
    );
    expect(problems).toEqual([]);
    expect(peak).toBe(10 * mebi);
});

test("a pod too many is found, also when it is gone soon after", () => {
    const { problems } = ledger(
        ["ADDED", pod("one", "6Mi", on)],
        ["ADDED", pod("two", "5Mi", on)],
        ["DELETED", pod("two", "5Mi", on)],
    );
    expect(problems).toEqual([`a has ${10 * mebi} bytes of EPC, and holds ${11 * mebi} with n/two`]);
});

test.each<[string, [string, SeenPod]]>([
    ["has succeeded", ["MODIFIED", pod("one", "6Mi", { ...on, phase: "Succeeded" })]],
    ["has failed", ["MODIFIED", pod("one", "6Mi", { ...on, phase: "Failed" })]],
    ["is gone", ["DELETED", pod("one", "6Mi", on)]],
])("a pod that %s holds nothing any more", (_, end) => {
    expect(ledger(["ADDED", pod("one", "6Mi", on)], end, ["ADDED", pod("two", "10Mi", on)]).problems).toEqual([]);
});

test("a pod on a node that is not known holds too much", () => {
    expect(ledger(["ADDED", pod("one", "1Mi", { nodeName: "b" })]).problems).toHaveLength(1);
});

test("a pod that asks for less than its owner is found, and counts as what its owner asked for", () => {
    const { problems } = ledger(["ADDED", pod("one", "1Mi", { ...on, owner: 11 * mebi })]);
    expect(problems).toEqual([
        `n/one asks for ${mebi} bytes of EPC, its owner for ${11 * mebi}`,
        `a has ${10 * mebi} bytes of EPC, and holds ${11 * mebi} with n/one`,
    ]);
});

test("pods that wait are counted until they are bound", () => {
    const waiting = [pod("one", "1Mi"), pod("two", "1Mi"), pod("without", "0")];
    const { mostWaiting } = ledger(
        ...waiting.map((each): [string, SeenPod] => ["ADDED", each]),
        ["MODIFIED", pod("one", "1Mi", on)],
        ["ADDED", pod("three", "1Mi")],
    );
    expect(mostWaiting).toBe(2);
});
