import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../components/problems/index.js";
import {
    checkEpcFits,
    convertLegacyEpc,
    convertLegacyResources,
    epcBudget,
    findVmSize,
    formatEpc,
    parseEpc,
    sgxVmSizes,
} from "../../../components/sgx/index.js";
import { mibToEpc } from "../../../components/sgx/epc/epc.js";
import { fc } from "../../support/fast-check";

const mib = 1024 ** 2;
const legacy = "kubernetes.azure.com/sgx_epc_mem_in_MiB";
const epc = "sgx.intel.com/epc";

describe("parseEpc", () => {
    it.each([
        ["4Ki", 4096],
        ["10Mi", 10 * mib],
        ["1Gi", 1024 * mib],
        ["1536Ki", 1.5 * mib],
    ])("reads %s as %d bytes", (text, bytes) => {
        expect(parseEpc(text, "epc")).toEqual({ bytes, problems: [] });
    });

    it.each([
        ["10", '10 bytes are less than a page; did you mean "10Mi"?'],
        [32, '32 bytes are less than a page; did you mean "32Mi"?'],
        ["98041856", 'counts bytes: 98041856 bytes; for that amount write "95744Ki"'],
        [133258905600, 'for that amount write "130135652Ki", rounded up to whole pages'],
        [67108864, 'for that amount write "64Mi"'],
        ["98041857", 'write "95748Ki", rounded up to whole pages'],
        ["98041856000m", 'm means thousandths of a byte; write "95744Ki"'],
        ["8192", 'for that amount write "8Ki", or for 8192 MiB "8192Mi"'],
        ["98041856Mi", 'no machine has that much; 98041856 bytes are "95744Ki"'],
        ["2048Gi", "no machine has that much; ask for what the enclaves need"],
        ["99999999999999", "counts bytes, and no machine has that much"],
        ["10m", 'did you mean "10Mi"?'],
        ["10M", 'did you mean "10Mi"?'],
        ["10mi", 'did you mean "10Mi"?'],
        ["2 GB", 'did you mean "2Gi"?'],
        ["1.5Mi", '"1536Ki"'],
        [1.5, '"32Mi"'],
        ["0Mi", "at least 4Ki"],
        ["0", '"32Mi"'],
        ["-4Mi", "negative"],
        ["5Ki", 'use "8Ki"'],
        ["010Mi", '"32Mi"'],
        [" 10Mi", '"32Mi"'],
        ["10Mi\n", '"32Mi"'],
        ["1e3Ki", '"32Mi"'],
        ["9999999999999Gi", "no machine"],
        ["", '"32Mi"'],
        [undefined, '"32Mi"'],
        [null, '"32Mi"'],
        [{}, '"32Mi"'],
    ])("refuses %j and says what to write", (given, remedy) => {
        const { bytes, problems } = parseEpc(given, "epc");
        expect(bytes).toBe(0);
        expect(problems).toMatchObject([{ path: "epc", value: given }]);
        expect(problems[0]?.remedy).toContain(remedy);
    });

    it("reads back what formatEpc writes, for every whole number of pages", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 2 ** 28 }), (pages) => {
                const bytes = pages * 4096;
                expect(parseEpc(formatEpc(bytes), "")).toEqual({ bytes, problems: [] });
            }),
        );
    });

    it("takes whatever a node can have, and a suggestion is never refused", () => {
        for (const { epcMiB } of sgxVmSizes) expect(parseEpc(`${epcMiB}Mi`, "").problems).toEqual([]);
        fc.assert(
            fc.property(fc.bigInt({ min: 1n, max: 2n ** 50n }), fc.constantFrom("", "m"), (count, unit) => {
                const { remedy } = parseEpc(`${count}${unit}`, "").problems[0]!;
                for (const [, suggestion] of remedy.matchAll(/"([^"]+)"/g)) {
                    expect(parseEpc(suggestion, "").problems, suggestion).toEqual([]);
                }
            }),
        );
    });
});

describe("formatEpc", () => {
    it.each([
        [0, "0"],
        [4096, "4Ki"],
        [32 * mib, "32Mi"],
        [1024 * mib, "1Gi"],
        [1025 * mib, "1025Mi"],
        [1000, "1000"],
    ])("writes %d as %s", (bytes, text) => {
        expect(formatEpc(bytes)).toBe(text);
    });

    it.each([-1, 1.5, NaN, Infinity])("refuses %d", (bytes) => {
        expect(() => formatEpc(bytes)).toThrow(RangeError);
    });
});

describe("the legacy resource", () => {
    it("counts MiB, so a count becomes a quantity and a quantity is refused", () => {
        expect(convertLegacyEpc("10")).toBe("10Mi");
        expect(convertLegacyEpc(10)).toBe("10Mi");
        expect(() => convertLegacyEpc("10Mi")).toThrow(/counts MiB[^]*put "10Mi" under sgx\.intel\.com\/epc/);
        expect(() => convertLegacyEpc("98041856")).toThrow(/no machine has 98041856 MiB[^]*put "95744Ki" under sgx/);
        for (const value of ["", "0", "-1", "1.5", 0, 1.5])
            expect(() => convertLegacyEpc(value)).toThrow(ValidationError);
        expect(mibToEpc(56)).toBe("56Mi");
        expect(() => mibToEpc(0.5)).toThrow(ValidationError);
    });

    it("is rewritten in limits and requests of all containers, and the input stays as it was", () => {
        const given = {
            spec: {
                template: {
                    spec: {
                        initContainers: [{ name: "i", resources: { limits: { [legacy]: "4", cpu: "1" } } }],
                        containers: [
                            { name: "a", resources: { limits: { [legacy]: 10 }, requests: { [legacy]: 10 } } },
                            { name: "b" },
                        ],
                    },
                },
            },
        };
        const before = structuredClone(given);
        expect(convertLegacyResources(given).spec.template.spec).toEqual({
            initContainers: [{ name: "i", resources: { limits: { [epc]: "4Mi", cpu: "1" } } }],
            containers: [
                { name: "a", resources: { limits: { [epc]: "10Mi" }, requests: { [epc]: "10Mi" } } },
                { name: "b" },
            ],
        });
        expect(given).toEqual(before);
    });

    it("is refused beside the new name, with a unit, and where there is no pod spec, all in one error", () => {
        const limits = [{ [legacy]: 10, [epc]: "10Mi" }, { [legacy]: "10Mi" }];
        const containers = limits.map((map) => ({ resources: { limits: map } }));
        expect(() => convertLegacyResources({ spec: { containers } })).toThrow(
            /2 problems[^]*spec\.containers\[0\]\.resources\.limits[^]*spec\.containers\[1\]/,
        );
        expect(() => convertLegacyResources({ spec: {} })).toThrow(/a pod spec/);
    });
});

describe("the EPC budget", () => {
    const dc4 = findVmSize("Standard_DC4s_v2")!;

    it("divides what a node has left after its reserves", () => {
        const reserves = [{ name: "quote helper", bytes: 2 * mib }];
        const workloads = [
            { name: "small", bytes: 32 * mib },
            { name: "whole", bytes: 110 * mib },
            { name: "large", bytes: 111 * mib },
        ];
        expect(epcBudget({ vmSize: dc4, reserves, workloads })).toEqual({
            nodeBytes: 112 * mib,
            reserveBytes: 2 * mib,
            availableBytes: 110 * mib,
            workloads: [
                { name: "small", bytes: 32 * mib, perNode: 3 },
                { name: "whole", bytes: 110 * mib, perNode: 1 },
                { name: "large", bytes: 111 * mib, perNode: 0 },
            ],
        });
    });

    it("has nothing left, not less than nothing, when the reserves are too large", () => {
        const reserves = [{ name: "r", bytes: 200 * mib }];
        expect(epcBudget({ vmSize: dc4, reserves, workloads: [] }).availableBytes).toBe(0);
    });

    it("refuses shares that are no amount", () => {
        for (const bytes of [0, -1, 0.5, NaN]) {
            expect(() => epcBudget({ vmSize: dc4, reserves: [], workloads: [{ name: "w", bytes }] })).toThrow(
                RangeError,
            );
        }
    });

    it("agrees with checkEpcFits: a problem exactly when no node holds one pod", () => {
        const sizes = fc.uniqueArray(fc.constantFrom(...sgxVmSizes), { minLength: 1, maxLength: 4 });
        const pages = fc.integer({ min: 1, max: 80_000 }).map((count) => count * 4096);
        fc.assert(
            fc.property(sizes, pages, pages, (vmSizes, bytes, reserve) => {
                const workloads = [{ name: "w", bytes }];
                const reserves = [{ name: "r", bytes: reserve }];
                const fits = vmSizes.some(
                    (vmSize) => epcBudget({ vmSize, reserves, workloads }).workloads[0]!.perNode > 0,
                );
                expect(checkEpcFits(bytes, vmSizes, reserve, "epc").length === 0).toBe(fits);
            }),
        );
    });

    it("names both numbers and the largest size when a pod fits nowhere", () => {
        const small = findVmSize("Standard_DC2s_v2")!;
        const [problem] = checkEpcFits(111 * mib, [small, dc4], 2 * mib, "jobs[0].epc");
        expect(problem).toMatchObject({ path: "jobs[0].epc", value: "111Mi" });
        expect(problem?.expected).toBe(
            "at most 110Mi, what a Standard_DC4s_v2 node has left beside the 2Mi that every node reserves",
        );
        expect(checkEpcFits(110 * mib, [small, dc4], 2 * mib, "epc")).toEqual([]);
        expect(checkEpcFits(1, [], 0, "epc")).toEqual([]);
    });
});
