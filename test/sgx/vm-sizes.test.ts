import { fc } from "../support/fast-check";
import { describe, expect, it } from "vitest";
import { checkVmSize, findVmSize, sgxSeries, sgxVmSizes } from "../../components/sgx/index.js";

const path = "enclavePools[0].vmSize";
const remedyOf = (name: unknown): string =>
    checkVmSize(name, { path })
        .problems.map(({ remedy }) => remedy)
        .join();

describe("the catalogue", () => {
    it.each([
        ["Standard_DC1s_v2", 1, 4, 28],
        ["Standard_DC2s_v2", 2, 8, 56],
        ["Standard_DC4s_v2", 4, 16, 112],
        ["Standard_DC8_v2", 8, 32, 168],
        ["Standard_DC2s_v3", 2, 16, 8 * 1024],
        ["Standard_DC8ds_v3", 8, 64, 32 * 1024],
        ["Standard_DC24s_v3", 24, 192, 128 * 1024],
        ["Standard_DC32ds_v3", 32, 256, 192 * 1024],
        ["Standard_DC48s_v3", 48, 384, 256 * 1024],
    ])("knows %s", (name, vCpu, memoryGiB, epcMiB) => {
        expect(findVmSize(name)).toMatchObject({ name, vCpu, memoryGiB, epcMiB });
    });

    it("has no size twice", () => {
        const sizes = sgxVmSizes.map(({ name }) => name);
        expect(sizes).toEqual([...new Set(sizes)]);
    });

    it("has the lifecycle of every series, with its source", () => {
        expect(sgxSeries.DCsv2.lifecycle).toMatchObject({ status: "retired", retiresOn: "2026-06-30" });
        expect(sgxSeries.DCsv2.supportsAzureCniOverlay).toBe(false);
        for (const series of [sgxSeries.DCsv3, sgxSeries.DCdsv3]) {
            expect(series.lifecycle).toMatchObject({
                status: "retiring",
                retiresOn: "2029-10-31",
                closedToNewSubscriptionsFrom: "2026-11-01",
            });
            expect(series.supportsAzureCniOverlay).toBe(true);
        }
        for (const series of Object.values(sgxSeries)) {
            expect(series.lifecycle.source).toMatch(/^https:\/\/learn\.microsoft\.com\/.+retirement$/);
        }
    });

    it("finds exact spellings only", () => {
        expect(findVmSize("Standard_Dc2s_v3")).toBeUndefined();
        expect(findVmSize("Standard_DC8s_v2")).toBeUndefined();
        expect(findVmSize("toString")).toBeUndefined();
    });
});

describe("checkVmSize", () => {
    it("lets a live size pass with a warning that names both dates", () => {
        const { size, problems, warnings } = checkVmSize("Standard_DC2s_v3", { path });
        expect(size?.name).toBe("Standard_DC2s_v3");
        expect(problems).toEqual([]);
        expect(warnings).toMatchObject([{ code: "retiring-size", path }]);
        expect(warnings[0]?.message).toMatch(/2029-10-31.*2026-11-01/);
    });

    it("refuses a retired size, naming date, flag and successor", () => {
        const { problems, warnings } = checkVmSize("Standard_DC8_v2", { path });
        expect(warnings).toEqual([]);
        expect(problems).toMatchObject([{ path, value: "Standard_DC8_v2" }]);
        expect(problems[0]?.expected).toContain("2026-06-30");
        expect(problems[0]?.remedy).toMatch(/Standard_DC8s_v3.*allowRetiredSizes/);
    });

    it("lets a retired size pass when allowed, with a warning that names the date", () => {
        const { problems, warnings } = checkVmSize("Standard_DC4s_v2", { path, allowRetiredSizes: true });
        expect(problems).toEqual([]);
        expect(warnings).toMatchObject([{ code: "retired-size" }]);
        expect(warnings[0]?.message).toContain("2026-06-30");
    });

    it("refuses one vCPU, retired or not, whatever is allowed", () => {
        for (const name of ["Standard_DC1s_v3", "Standard_DC1ds_v3", "Standard_DC1s_v2"]) {
            const { problems } = checkVmSize(name, { path, allowRetiredSizes: true });
            expect(problems).toMatchObject([{ expected: expect.stringContaining("2 vCPUs") as string }]);
        }
        const strict = checkVmSize("Standard_DC1s_v2", { path }).problems.map(({ remedy }) => remedy);
        expect(strict).toEqual(["use Standard_DC2s_v3", expect.stringMatching(/^use Standard_DC2s_v3, or set/)]);
        const [allowed] = checkVmSize("Standard_DC1s_v2", { path, allowRetiredSizes: true }).problems;
        expect(allowed?.remedy).toBe("use Standard_DC2s_v2");
    });

    it("offers only sizes that exist as successors", () => {
        for (const { name } of sgxVmSizes) {
            for (const { remedy } of checkVmSize(name, { path }).problems) {
                const [offered = ""] = /Standard_\w+/.exec(remedy) ?? [];
                expect(findVmSize(offered), remedy).toBeDefined();
            }
        }
    });

    it("explains a difference in letter case for every size", () => {
        fc.assert(
            fc.property(fc.constantFrom(...sgxVmSizes), ({ name }) => {
                for (const spelling of [name.toLowerCase(), name.toUpperCase()]) {
                    expect(remedyOf(spelling)).toMatch(new RegExp(`did you mean ${name}\\?.*node label.*case`));
                }
            }),
        );
    });

    it.each([
        ["Standard_DC8s_v2", "Standard_DC8s_v3"],
        ["DC4s_v3", "Standard_DC4s_v3"],
        ["Standard_DC2_v3", "Standard_DC2s_v3"],
        ["Standard_DC2sv3", "Standard_DC2s_v3"],
    ])("suggests for %s the size %s, and does not claim that it lacks SGX", (given, meant) => {
        expect(remedyOf(given)).toBe(`did you mean ${meant}?`);
    });

    it.each([
        "Standard_D4s_v5",
        "Standard_DC4as_v5",
        "Standard_DC2eds_v6",
        "Standard_B2ms",
        "Standard_NC24ads_A100_v4",
    ])("says that %s has no SGX", (name) => {
        expect(remedyOf(name)).toContain(`${name} has no Intel SGX`);
    });

    it.each([undefined, null, "", 4, {}, "nonsense"])("refuses %j with one problem", (name) => {
        const { size, problems, warnings } = checkVmSize(name, { path });
        expect(size).toBeUndefined();
        expect(problems).toHaveLength(1);
        expect(problems[0]?.remedy).toContain("DCsv3");
        expect(warnings).toEqual([]);
    });
});
