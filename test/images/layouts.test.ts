import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fc } from "../support/fast-check";
import { faultyLayouts, flush, printsLayout, type Faulty } from "./stand-ins/layouts";
import { client, failures, Pod } from "./stand-ins/pod";
import { enclaveLines, hostUnits, outOfProcess, sampleOrder, succeeded } from "./stand-ins/recorded";

let folder = "";
let cut: Faulty[] = [];
beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "layouts-"));
    cut = faultyLayouts(folder, { stdbuf: false }).faulty;
});
afterAll(() => {
    fs.rmSync(folder, { recursive: true });
});

describe("the enclaves' lines between the host's", () => {
    it("are all those of the recording, which itself has a line of the host that one of them cut", () => {
        expect(sampleOrder.reduce((sum, count) => sum + count, 0)).toBe(enclaveLines.length);
        expect(outOfProcess).toMatch(/^MII\w+enclave_a: \*\*\*/m);
        expect(hostUnits.filter((line) => /^MII\w+\n$/.test(line))).toHaveLength(2);
    });

    it("cut a required line in some layouts of a program that does not write line by line", () => {
        expect(cut).not.toEqual([]);
        expect(cut.every(({ checks, missing }) => checks.includes("required-lines") && missing > 0)).toBe(true);
    });

    it("change the verdict in none of the 4,096 layouts of a program that does", () => {
        expect(faultyLayouts(folder, { stdbuf: true })).toEqual({ judged: flush, faulty: [] });
    });

    it("change it nowhere, wherever the enclaves print as long as they are there", () => {
        const places = fc.array(fc.nat({ max: hostUnits.indexOf(succeeded) - 1 }), {
            minLength: enclaveLines.length,
            maxLength: enclaveLines.length,
        });
        const some = fc.uniqueArray(fc.nat({ max: flush - 1 }), { minLength: 40, maxLength: 40 });
        fc.assert(
            fc.property(places, some, (after, bytes) => {
                const order = hostUnits.map((_, index) => after.filter((place) => place === index).length);
                expect(faultyLayouts(folder, { stdbuf: true, order, bytes })).toEqual({ judged: 40, faulty: [] });
            }),
            { numRuns: 25 },
        );
    });
});

describe("a whole run", () => {
    let pod: Pod;
    afterEach(() => {
        pod.remove();
    });

    it("passes in layouts that would have cut a line", async () => {
        pod = new Pod();
        await pod.run("control");
        await pod.aesm();
        for (const { bytes } of [cut[0]!, cut[Math.floor(cut.length / 2)]!, cut.at(-1)!]) {
            pod.behaves(`${printsLayout(bytes)}${client}exit 0;`);
            const control = { ...pod.readControl(), programFile: programFile() };
            fs.rmSync(pod.controlFile);
            fs.writeFileSync(pod.controlFile, JSON.stringify(control));
            expect(failures(await pod.run("prove"))).toEqual([]);
        }
    });

    it("without stdbuf fails in such a layout, and says why that may be", async () => {
        pod = new Pod(`${printsLayout(cut[0]!.bytes)}${client}exit 0;`);
        pod.env["PATH"] = pod.shared;
        const judged = await pod.judge();
        expect(failures(judged)).toEqual(["required-lines"]);
        const { detail = "" } = judged.verdict.checks.find(({ name }) => name === "required-lines") ?? {};
        expect(detail).toContain(
            "output was not line-buffered, so a line may have been cut in two: there is no stdbuf",
        );
    });

    it("without stdbuf passes in another layout, and says that its output was not line-buffered", async () => {
        const bytes = Array.from({ length: flush }, (_, index) => index).find(
            (each) => !cut.some((faulty) => faulty.bytes === each),
        );
        pod = new Pod(`${printsLayout(bytes!)}${client}exit 0;`);
        pod.env["PATH"] = pod.shared;
        const judged = await pod.judge();
        expect(failures(judged)).toEqual([]);
        expect(judged.stdout).toContain("(output was not line-buffered: there is no stdbuf)");
    });

    function programFile(): string {
        const { size, mtimeMs } = fs.statSync(pod.program);
        return `${String(size)} bytes of ${String(Math.floor(mtimeMs / 1000))}`;
    }
});

it("stdbuf is there: coreutils has it, and every Debian and Ubuntu has that", () => {
    expect(spawnSync("stdbuf", ["-oL", "true"]).status).toBe(0);
});
