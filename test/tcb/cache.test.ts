import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCode } from "../../tcb/run";
import { recordedFmspc } from "../doubles/intel-pcs/service";
import { tempDir } from "../support/temp-dirs";
import { check, found, withDouble } from "./support/check";

const of = withDouble();
const day = 86_400_000;
const fmspc = [recordedFmspc];

/** The service is away. */
function away(): void {
    of.intel.change = (_, answer) => ({ ...answer, status: 503, headers: {} });
}

function later(days: number): void {
    of.intel.now = new Date(of.intel.now.getTime() + days * day);
}

/** A folder with copies of good answers. */
async function filled(): Promise<string> {
    const cache = join(tempDir(), "made", "here");
    expect((await check(of.intel, { fmspc, cache })).findings).toEqual([]);
    return cache;
}

/** Changes the copy of an item. */
function edit(cache: string, name: string, change: (copy: { body: string; readAt: string }) => object): void {
    const file = join(cache, `${name}.json`);
    writeFileSync(
        file,
        JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as { body: string; readAt: string })),
    );
}

const tcbCopy = `tcb_info-${recordedFmspc}-standard`;

describe("a service that is away", () => {
    test("leaves nothing to judge by without copies", async () => {
        away();
        const report = await check(of.intel);
        expect(report.findings.map(({ severity, reason }) => `${severity} ${reason}`)).toEqual([
            "problem unreachable",
            "warning unreachable",
        ]);
        expect(exitCode(report, "problem")).toBe(1);
    });

    test("is replaced by copies, whose age is said", async () => {
        const cache = await filled();
        away();
        later(3);
        const report = await check(of.intel, { fmspc, cache });
        expect(report.findings).toMatchObject([
            {
                reason: "copy",
                severity: "warning",
                seen: "the service cannot be reached (HTTP 503); this is a copy, read 3 days ago",
            },
        ]);
        expect(report.findings[0]?.about).toHaveLength(8);
        expect(report.collateral.every(({ from }) => from === "cache")).toBe(true);
        expect([exitCode(report, "problem"), exitCode(report, "warning")]).toEqual([0, 3]);
    });

    test("is replaced by a copy again, which is no younger for that", async () => {
        const cache = await filled();
        away();
        later(3);
        await check(of.intel, { fmspc, cache });
        later(2);
        const report = await check(of.intel, { fmspc, cache });
        expect(report.findings[0]?.seen).toContain("this is a copy, read 5 days ago");
    });

    test("and copies of half a year ago: expired", async () => {
        const cache = await filled();
        away();
        later(180);
        const report = await check(of.intel, { fmspc, cache });
        expect(report.findings[0]).toMatchObject({ reason: "expired", severity: "problem" });
        expect(exitCode(report, "problem")).toBe(3);
    });
});

describe("a copy", () => {
    test("is checked like an answer of the service", async () => {
        const cache = await filled();
        edit(cache, tcbCopy, (copy) => {
            const text = Buffer.from(copy.body, "base64").toString().replace('"svn":21', '"svn":20');
            return { ...copy, body: Buffer.from(text).toString("base64") };
        });
        away();
        expect(found(await check(of.intel, { fmspc, cache }))[0]).toBe(
            `problem forged: TCB info of ${recordedFmspc} (standard)`,
        );
    });

    test.each([
        ["is broken", "{"],
        ["has another format", '{"format":"confidential-aks/plan","version":1}'],
        [
            "has no date",
            JSON.stringify({ format: "confidential-aks/tcb-answer", version: 1, readAt: "soon", body: "", chain: "" }),
        ],
        [
            "has no body",
            JSON.stringify({ format: "confidential-aks/tcb-answer", version: 1, readAt: "2026-08-01", chain: "" }),
        ],
    ])("that %s is none", async (_, text) => {
        const cache = await filled();
        writeFileSync(join(cache, `${tcbCopy}.json`), text);
        away();
        expect(found(await check(of.intel, { fmspc, cache }))[0]).toBe(
            `problem unreachable: TCB info of ${recordedFmspc} (standard)`,
        );
    });

    test("is never made of an answer that is forged, and an answer is never replaced by a copy", async () => {
        const cache = await filled();
        const before = readFileSync(join(cache, `${tcbCopy}.json`), "utf8");
        of.intel.change = (path, answer) =>
            path.includes("update=standard") ? { ...answer, body: Buffer.from("<html>") } : answer;
        expect((await check(of.intel, { fmspc, cache })).findings[0]).toMatchObject({ reason: "malformed" });
        expect(readFileSync(join(cache, `${tcbCopy}.json`), "utf8")).toBe(before);
        expect(readdirSync(cache).filter((name) => !name.endsWith(".json"))).toEqual([]);
    });
});

test("a folder that cannot be made is wrong usage", async () => {
    const file = join(tempDir(), "file");
    writeFileSync(file, "");
    await expect(check(of.intel, { fmspc, cache: file })).rejects.toMatchObject({
        message: expect.stringContaining(`--cache ${file}: cannot be made`) as string,
        exitCode: 2,
    });
});
