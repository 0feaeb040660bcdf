import { describe, expect, test } from "vitest";
import { failuresOfCounts, promtool } from "./promtool.js";
import { node, pod, steady, wellNode, type Series } from "./series.js";

/*
 * How many alerts there are in a cluster where much is wrong at once: as many as nodes for what is wrong with nodes,
 * however many pods run, and one for each pod that waits.
 */
const nodes = Array.from({ length: 5 }, (_, index) => `node-${index}`);
const epc = (value: number) => ({ sgx_intel_com_epc: value });

/** Nodes without helper and device plugin whose EPC is given out, to so many pods each, and pods that wait for it. */
function troubled(podsOfNode: number, waiting: number): Series {
    const of = (on: string) =>
        Array.from({ length: podsOfNode }, (_, index) =>
            pod("apps", `${on}-${index}`, { node: on, requests: epc(1000 / podsOfNode), ready: { app: steady(1) } }),
        );
    const waits = Array.from({ length: waiting }, (_, index) =>
        pod("apps", `waits-${index}`, { phase: "Pending", requests: epc(500) }),
    );
    const all = [...nodes.map((name) => node(name, { enclave: steady(0) })), ...nodes.flatMap(of), ...waits];
    return Object.assign({}, ...all) as Series;
}

const ofNodes = {
    SgxDevicePluginLost: nodes.length,
    SgxEpcAlmostFull: nodes.length,
    SgxNodeWithoutReadyQuoteHelper: nodes.length,
    SgxProofMissing: nodes.length,
};

describe.skipIf(promtool === undefined)("alerts, by promtool (skipped where it is not installed)", () => {
    test.each([1, 20])("%i pods on each node: as many alerts as nodes", async (podsOfNode) => {
        expect(await failuresOfCounts(troubled(podsOfNode, 0), 45, ofNodes)).toBe("");
    });

    test("pods that wait: one alert each, and no other more", async () => {
        expect(await failuresOfCounts(troubled(2, 30), 45, { ...ofNodes, SgxEpcExhausted: 30 })).toBe("");
    });

    test("none where all is well, however many pods run", async () => {
        const well = Object.assign({}, ...nodes.map((name) => wellNode(name))) as Series;
        const pods = Array.from({ length: 100 }, (_, index) =>
            pod("apps", `p${index}`, { node: nodes[index % nodes.length] ?? "", requests: epc(10) }),
        );
        expect(await failuresOfCounts(Object.assign({}, well, ...pods) as Series, 45, {})).toBe("");
    });
});
