import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fc } from "../support/fast-check";
import { afterTheEnd, noAesm, outOfProcess, read, succeeded, untilTheEnd } from "./stand-ins/recorded";
import { client, failures, Pod, print, type Judged } from "./stand-ins/pod";

const judgeFolder = path.resolve(__dirname, "..", "..", "images", "attestation-sample");
let pod: Pod | undefined;
afterEach(() => {
    pod?.remove();
    pod = undefined;
});
const judge = (withAesm: string): Promise<Judged> => (pod = new Pod(withAesm)).judge();
const detail = (judged: Judged, name: string): string =>
    judged.verdict.checks.find((check) => check.name === name)?.detail ?? "";

const header = "2026-11-26T11:29:25+0000.765329Z [(H)INFO] tid(0x7fe2ee0a5740) | ";
const trailer = " [/source/host/sgx/linux/sgxquoteexloader.c:_unload_quote_ex_library:21]\n";

describe("what the real code printed", () => {
    it("in a good run gets the verdict, although the library logs after the program's last line", async () => {
        expect(afterTheEnd).toHaveLength(2);
        const judged = await judge(`${client}${print(outOfProcess)}exit 0;`);
        expect(failures(judged)).toEqual([]);
        expect(judged.verdict).toMatchObject({ verdict: "out-of-process", mode: "out-of-process" });
        expect(judged.code).toBe(0);
        expect(judged.stdout).toContain(outOfProcess);
        expect(detail(judged, "last-line")).toBe("the program's last line on stdout: Host:  succeeded");
    });

    it("gets it byte by byte too", async () => {
        const hex = Buffer.from(outOfProcess, "latin1").toString("hex");
        const judged = await judge(`${client}syswrite STDOUT, $_ for split //, pack "H*", "${hex}"; exit 0;`);
        expect(failures(judged)).toEqual([]);
    });

    it("without AESM at the socket is the control that is expected", async () => {
        pod = new Pod();
        const judged = await pod.run("control");
        expect(judged.stdout).toContain(noAesm);
        expect(pod.readControl()).toMatchObject({
            asExpected: true,
            exit: 1,
            problems: [],
            forbidden: [],
            inProcess: [],
            reason: expect.stringContaining(
                "SGX AESM service unavailable (oe_result_t=OE_SERVICE_UNAVAILABLE)",
            ) as string,
        });
    });
});

describe("after the program's last line", () => {
    it.each([
        ["a record of one line", `${header}text${trailer}`],
        ["a record of five lines", `${header}a\nHost: b\n\nc\n${trailer}`],
        ["an enclave's record", `${header.replace("(H)", "(E)")}enclave_a:text${trailer}`],
        [
            "records of an error and of a warning",
            `${header.replace("INFO", "ERROR")}x${trailer}${header.replace("INFO", "WARN")}y\n${trailer}`,
        ],
    ])("%s does not count", async (_, text) => {
        expect(failures(await judge(`${client}${print([...untilTheEnd, text])}exit 0;`))).toEqual([]);
    });

    it.each([
        ["another line", "Host: more\n", "Host: more"],
        ["a line of an enclave", "enclave_a: more\n", "enclave_a: more"],
        ["a record whose end never comes", `${header}text\nHost: more\n`, "Host: more"],
        [
            "a record that Open Enclave cut off",
            `${header}${"x".repeat(2047)}Host: more\nmore\n${header}y${trailer}`,
            "more",
        ],
        ["a record that ends too late to be one", `${header}${"x\n".repeat(1000)}Host: more${trailer}`, "Host: more"],
        [
            "a record without an end before another record",
            `${header}text\nHost: more\n${header}y${trailer}`,
            "Host: more",
        ],
        ["the end of a record alone", trailer, trailer.trimEnd()],
        ["what only looks like a record", `x${header}text${trailer}`, "x2026"],
        ["a record of another level", `${header.replace("INFO", "DEBUG")}text${trailer}`, "2026"],
    ])("%s does count", async (_, text, last) => {
        const judged = await judge(`${client}${print([...untilTheEnd, text])}exit 0;`);
        expect(failures(judged)).toEqual(["last-line"]);
        expect(detail(judged, "last-line")).toContain(`the program's last line on stdout: ${last.slice(0, 80)}`);
    });

    it("a failed run's lines count, whatever record is left open before or after them", async () => {
        const lines = [
            ...untilTheEnd.slice(0, -1),
            `${header}text\n`,
            "Host: attestation failed with 1\n",
            `${header}x\n`,
        ];
        expect(failures(await judge(`${client}${print(lines)}exit 0;`))).toEqual(["last-line"]);
    });

    it("a record does not hide a forbidden line", async () => {
        const judged = await judge(
            `${client}${print([...untilTheEnd, `${header}a\n${read.notSet}${trailer}`])}exit 0;`,
        );
        expect(failures(judged)).toEqual(["forbidden-lines"]);
    });
});

describe("the program's last line", () => {
    /** As the judge's, but of the whole text at once: what is left without records. */
    function lastLine(text: string): string {
        const start = new RegExp(`^${header.replaceAll(/[^\w\s]/g, "\\$&")}`, "gm");
        let rest = "";
        let done = 0;
        for (let found = start.exec(text); found !== null; found = start.exec(text)) {
            const message = text.slice(start.lastIndex, start.lastIndex + 2047);
            const end = message.indexOf(trailer);
            if (end < 0 || message.slice(0, end).includes(`\n${header}`)) continue;
            rest += text.slice(done, found.index);
            done = start.lastIndex += end + trailer.length;
        }
        const lines = (rest + text.slice(done)).split("\n").filter((line) => line.trim() !== "");
        return lines.at(-1)?.trimEnd() ?? "";
    }

    it("is the same in chunks of any size as in the whole", () => {
        const piece = fc.constantFrom(
            header,
            trailer,
            "\n",
            "\n",
            " ",
            "text",
            succeeded,
            "x".repeat(700),
            "x\n".repeat(400),
        );
        const runs = fc.array(
            fc.record({
                text: fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join("")),
                size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 3000 })),
            }),
            { minLength: 60, maxLength: 60 },
        );
        const script = `while (<STDIN>) { my ($size, $text) = split; my $log = Log->new("x"); $text = pack "H*", $text // "";
            for (my $at = 0; $at < length $text; $at += $size) { $log->add(substr $text, $at, $size) } print $log->last_line, "\\n" }`;
        fc.assert(
            fc.property(runs, (texts) => {
                const input = texts.map(({ text, size }) => `${String(size)} ${Buffer.from(text).toString("hex")}\n`);
                const args = [`-I${judgeFolder}`, "-MLog", "-e", script];
                const run = spawnSync("perl", args, { input: input.join(""), encoding: "utf8" });
                expect(run.stdout.split("\n").slice(0, -1)).toEqual(
                    texts.map(({ text }) => lastLine(text).slice(0, 4096)),
                );
            }),
            { numRuns: 30 },
        );
    });

    it("needs memory only for what is not decided, also when every line begins a record", () => {
        const script = `my $log = Log->new("x"); $log->add("${header}a\\n" x 700) for 1 .. 1000; print length $log->{open}`;
        const run = spawnSync("perl", [`-I${judgeFolder}`, "-MLog", "-e", script], { encoding: "utf8" });
        expect(Number(run.stdout)).toBeLessThan(4200);
    });
});
