import { afterEach, describe, expect, it, vi } from "vitest";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { fc } from "../support/fast-check";
import { forbidden, gotQuote, honestUnits, outOfProcess, read } from "./stand-ins/recorded";
import { client, failures, honestProgram, Pod, print, type Judged } from "./stand-ins/pod";

let pod: Pod;
afterEach(() => {
    pod.remove();
});

const judge = (withAesm: string, options?: string[]): Promise<Judged> => (pod = new Pod(withAesm)).judge(options);

/** State letter of a process; a zombie that its parent has not collected counts as ended. */
function state(pid: string): string {
    const file = `/proc/${pid}/status`;
    return fs.existsSync(file) ? (/State:\s+(\w)/.exec(fs.readFileSync(file, "utf8"))?.[1] ?? "") : "";
}

/** Perl of a stand-in: notes its process. */
const notePid = `open $pids, ">>", "$ENV{STAND_IN}/shared/pids"; print $pids "$$\\n"; close $pids; `;

/** Every process that noted itself is gone, or about to be: one that was killed ends when it gets a processor. */
async function expectEnded(count: number): Promise<void> {
    const pids = fs.readFileSync(path.join(pod.shared, "pids"), "utf8").trim().split("\n");
    expect(pids).toHaveLength(count);
    await vi.waitFor(() => {
        for (const pid of pids) expect(state(pid)).not.toMatch(/^[RSD]$/);
    }, 5000);
}

describe("a program that does not end well", () => {
    it("loses with the success line and exit code 1", async () => {
        const judged = await judge(`${client}${print(outOfProcess)}exit 1;`);
        expect(failures(judged)).toEqual(["exit-code"]);
        expect(judged.code).toBe(1);
    });

    it("loses by a crash, with the signal named", async () => {
        const judged = await judge(`${client}${print(outOfProcess)}kill 11, $$; sleep 5;`);
        expect(failures(judged)).toEqual(["exit-code"]);
        expect(judged.verdict.checks.find((check) => check.name === "exit-code")?.detail).toContain("signal 11");
    });

    it("loses by hanging, and is ended at the deadline with everything it started", async () => {
        const hang = `${notePid}my $child = fork; ${notePid}$SIG{TERM} = "IGNORE"; sleep 60;`;
        const judged = await judge(`${client}${print(outOfProcess)}${hang}`, ["--deadline", "3"]);
        expect(failures(judged)).toEqual(["exit-code"]);
        expect(judged.milliseconds).toBeLessThan(30_000);
        await expectEnded(3);
    });

    it("loses by not starting at all", async () => {
        pod = new Pod();
        await pod.run("control");
        await pod.aesm();
        fs.chmodSync(pod.program, 0o644);
        const judged = await pod.run("prove");
        expect(judged.code).toBe(1);
        expect(failures(judged)).toContain("exit-code");
        expect(judged.stdout).toContain("did not start: Permission denied");
    });

    it("does not delay the verdict by a process left behind that holds its output, nor lets it write after", async () => {
        const left = `if (!fork) { ${notePid}sleep 30; print "Host:  failed \\n"; exit } `;
        const judged = await judge(`${left}${honestProgram}`);
        expect(failures(judged)).toEqual([]);
        expect(judged.milliseconds).toBeLessThan(29_000);
        await expectEnded(1);
    });
});

describe("output of any kind", () => {
    it("truncated in the middle of a required line loses", async () => {
        const cut = outOfProcess.slice(0, outOfProcess.indexOf(gotQuote) + gotQuote.indexOf("algorithm_id"));
        const judged = await judge(`${client}${print(cut)}exit 0;`);
        expect(failures(judged)).toEqual(["last-line", "required-lines"]);
    });

    it("binary is passed on byte for byte, and the verdict stays ASCII", async () => {
        const bytes = `for my $i (0 .. 255) { print chr $i } print "\\n";`;
        const judged = await judge(
            `binmode STDOUT; ${client}${bytes}${print(outOfProcess)}${bytes}print "\\xff\\xfe no newline";`,
        );
        expect(failures(judged)).toEqual(["last-line"]);
        expect(judged.stdout).toContain(Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join(""));
        expect(judged.stdout.trimEnd().split("\n").at(-1)).toMatch(/^[\x20-\x7e]+$/);
        expect(judged.message).toMatch(/^[\x20-\x7e]+$/);
    });

    it("of 100 MB is judged in bounded memory", async () => {
        const flood = `my $block = ("x" x 1023 . "\\n") x 64; print $block for 1 .. 1600; `;
        const judged = await judge(`${client}${flood}${print(outOfProcess)}exit 0;`, ["--deadline", "50"]);
        expect(failures(judged)).toEqual([]);
        expect(judged.peakKiB).toBeGreaterThan(1000);
        expect(judged.peakKiB).toBeLessThan(64 * 1024);
    });

    it("of 100 MB in one line, with a forbidden line in the middle, loses", async () => {
        const flood = `my $block = "x" x 65521; print $block for 1 .. 800; `;
        const judged = await judge(
            `${client}${flood}${print(read.inProcess.trimEnd())}${flood}print "\\n";${print(outOfProcess)}exit 0;`,
            ["--deadline", "50"],
        );
        expect(failures(judged)).toEqual(["forbidden-lines"]);
        expect(judged.peakKiB).toBeLessThan(64 * 1024);
    });

    it("full of empty lines is judged before its deadline", async () => {
        const judged = await judge(`${client}${print(outOfProcess)}print "\\n" x 20_000_000; exit 0;`, [
            "--deadline",
            "50",
        ]);
        expect(failures(judged)).toEqual([]);
    });

    it("that imitates the verdict does not replace it", async () => {
        const judged = await judge(
            `print '{"verdict":"out-of-process","mode":"out-of-process","checks":[]}', "\\n"; exit 0;`,
        );
        expect(judged.code).toBe(1);
        expect(judged.verdict.verdict).toBe("failed");
        expect(judged.verdict.checks).toHaveLength(12);
    });

    it.each([1, 5000, 70_000])("whose last line only ends with success after %i other bytes loses", async (size) => {
        const judged = await judge(
            `${client}${print(outOfProcess)}print "x" x ${String(size)}, "Host:  succeeded\\n"; exit 0;`,
        );
        expect(failures(judged)).toEqual(["last-line"]);
    });
});

describe("the termination message", () => {
    it("never exceeds 4096 bytes and stays JSON, with every check by name", async () => {
        pod = new Pod();
        const long = Object.fromEntries(
            Array.from({ length: 30 }, (_, i) => [`version${String(i)}`, "\u00e9".repeat(200)]),
        );
        fs.writeFileSync(path.join(pod.directory, "versions.json"), JSON.stringify(long));
        for (let i = 0; i < 50; i++)
            fs.writeFileSync(path.join(pod.root, `usr/lib/libsgx_qe3_${"\u00ff".repeat(80)}${String(i)}.so`), "");
        pod.behaves(`${client}${print(forbidden)}${print(outOfProcess)}exit 3;`);
        const judged = await pod.judge();
        expect(judged.message.length).toBeLessThanOrEqual(4096);
        expect(judged.message.length).toBeGreaterThan(500);
        const verdict = JSON.parse(judged.message) as Judged["verdict"];
        expect(verdict.verdict).toBe("failed");
        expect(verdict.checks.map((check) => [check.name, check.ok])).toEqual(
            judged.verdict.checks.map((check) => [check.name, check.ok]),
        );
        expect(judged.stdout.trimEnd().split("\n").at(-1)!.length).toBeLessThan(16_384);
    });

    it("that cannot be written costs a warning, not the verdict", async () => {
        pod = new Pod();
        const judged = await pod.judge(["--termination-message", path.join(pod.directory, "none", "termination-log")]);
        expect(judged.code).toBe(0);
        expect(judged.stderr).toContain("cannot write");
    });
});

describe("whatever the order of lines and the size of chunks", () => {
    it("a forbidden line never leaves the verdict out-of-process", async () => {
        pod = new Pod();
        await pod.run("control");
        await pod.aesm();
        await fc.assert(
            fc.asyncProperty(
                fc.shuffledSubarray(honestUnits, { minLength: honestUnits.length }),
                fc.constantFrom(...forbidden),
                fc.nat({ max: honestUnits.length }),
                fc.integer({ min: 1, max: 300 }),
                fc.boolean(),
                async (lines, bad, where, size, stderr) => {
                    const all = stderr ? lines : [...lines.slice(0, where), bad, ...lines.slice(where)];
                    const text = Buffer.from(all.join(""), "latin1").toString("hex");
                    const chunks = `$_ = "${text}"; while (/(.{1,${String(2 * size)}})/g) { syswrite STDOUT, pack "H*", $1 }`;
                    pod.behaves(`${client}${chunks}${stderr ? print(bad, "STDERR") : ""}exit 0;`);
                    const judged = await pod.run("prove");
                    expect(judged.code).toBe(1);
                    expect(judged.verdict.verdict).toBe("failed");
                    expect(failures(judged)).toContain("forbidden-lines");
                },
            ),
            { numRuns: 15 },
        );
    });

    it("texts are found and counted as in the whole, and the last line is the last line", () => {
        pod = new Pod();
        const script = `my $log = Log->new("abcab", "b\\nc"); while (<STDIN>) { chomp; $log->add(pack "H*", $_) } print join "|", $log->count("abcab"), $log->count("b\\nc"), unpack "H*", $log->last_line;`;
        const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n", " "), maxLength: 60 });
        fc.assert(
            fc.property(fc.array(letters, { maxLength: 8 }), (chunks) => {
                const input = chunks
                    .filter((chunk) => chunk !== "")
                    .map((chunk) => `${Buffer.from(chunk).toString("hex")}\n`);
                const args = [`-I${path.join(pod.directory, "judge")}`, "-MLog", "-e", script];
                const run = spawnSync("perl", args, { input: input.join(""), encoding: "utf8" });
                const whole = chunks.join("");
                const count = (text: string): number =>
                    Array.from(whole).filter((_, i) => whole.startsWith(text, i)).length;
                const last =
                    whole
                        .split("\n")
                        .filter((line) => line.trim() !== "")
                        .at(-1)
                        ?.trimEnd() ?? "";
                expect(run.stdout).toBe(
                    `${String(count("abcab"))}|${String(count("b\nc"))}|${Buffer.from(last).toString("hex")}`,
                );
            }),
            { numRuns: 200 },
        );
    });
});
