import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
    client,
    failsWithoutAesm,
    failures,
    honestProgram,
    load,
    loadAndUnload,
    Pod,
    print,
    untilLookedAt,
    type Judged,
} from "./stand-ins/pod";
import { outOfProcess } from "./stand-ins/recorded";

/*
 * Two witnesses say which libraries a program had: the loader's own trace, which misses none, and looks at the process.
 * A program that ends at once may get no look. No program here waits, except for those that test the looks.
 */
let pod: Pod;
beforeEach(() => {
    pod = new Pod();
});
afterEach(() => {
    pod.remove();
});
const judge = (withAesm: string): Promise<Judged> => {
    pod.behaves(withAesm);
    return pod.judge();
};
const libraries = (judged: Judged): string =>
    judged.verdict.checks.find(({ name }) => name === "mapped-libraries")?.detail ?? "";
const quotesInProcess = `${client}${loadAndUnload("libsgx_dcap_ql.so.1")}${print(outOfProcess)}exit 0;`;

describe.each([0, 8])("beside %i busy loops, the loader's trace", (count) => {
    let busy: ChildProcess[] = [];
    beforeEach(() => {
        busy = Array.from({ length: count }, () => spawn("sh", ["-c", "while :; do :; done"]));
    });
    afterEach(() => {
        for (const loop of busy) loop.kill("SIGKILL");
    });

    it("shows the client library of a program that ends at once", async () => {
        for (let i = 0; i < 3; i++) {
            const judged = await pod.judge();
            expect(failures(judged)).toEqual([]);
            expect(libraries(judged)).toMatch(
                /^loader's trace: loaded \/.*\/libsgx_quote_ex\.so\.1; \d+ looks: mapped /,
            );
            expect(judged.verdict.evidence).toContain(
                `for: loaded ${pod.directory}/libsgx_quote_ex.so.1 (loader's trace)`,
            );
            again();
        }
    });

    it("shows a library of in-process quoting that is unloaded at once", async () => {
        pod.behaves(quotesInProcess);
        for (let i = 0; i < 3; i++) {
            const judged = await pod.judge();
            expect(failures(judged)).toEqual(["mapped-libraries"]);
            expect(judged.verdict.mode).toBe("mixed");
            const shown = `${pod.directory}/libsgx_dcap_ql.so.1`;
            expect(libraries(judged)).toContain(`${shown} was loaded (loader's trace)`);
            expect(judged.verdict.evidence).toContain(`against: loaded ${shown} (loader's trace)`);
            again();
        }
    });

    /** A pod like this one, whose directories are as at the beginning. */
    function again(): void {
        const behaviour = fs.readFileSync(pod.program, "utf8").replaceAll(pod.directory, "DIRECTORY");
        pod.remove();
        pod = new Pod();
        fs.writeFileSync(pod.program, behaviour.replaceAll("DIRECTORY", pod.directory));
    }
});

describe("the loader's trace shows a library of in-process quoting", () => {
    it.each([
        ["under another name", loadAndUnload("libharmless.so")],
        ["in a child process", `if (!fork) { ${loadAndUnload("libsgx_dcap_ql.so.1")} exit 0 } wait;`],
        [
            "in another program that left the session",
            `if (!fork) { require POSIX; POSIX::setsid(); exec $^X, "-e", q(${loadAndUnload("libsgx_pce.signed.so.1")}) } wait;`,
        ],
        ["in a program that this one becomes", `exec $^X, "-e", pack "H*", "${hex(quotesInProcess)}";`],
    ])("%s", async (_, inProcess) => {
        const judged = await judge(`${client}${inProcess}${print(outOfProcess)}exit 0;`);
        expect(failures(judged)).toEqual(["mapped-libraries"]);
        expect(libraries(judged)).toMatch(/libsgx_(dcap_ql|pce)\S* was loaded \(loader's trace\)/);
    });

    it("in the control, which does not count then", async () => {
        pod.behaves(honestProgram, loadAndUnload("libsgx_dcap_ql.so.1") + failsWithoutAesm);
        const judged = await pod.judge();
        expect(pod.readControl()["inProcess"]).toEqual([`${pod.directory}/libsgx_dcap_ql.so.1`]);
        expect(failures(judged)).toEqual(["negative-control"]);
    });
});

describe("the looks", () => {
    it("are counted, with what they saw", async () => {
        const judged = await judge(client + untilLookedAt + print(outOfProcess) + "exit 0;");
        expect(failures(judged)).toEqual([]);
        expect(judged.verdict.evidence.join("\n")).toMatch(
            /for: mapped \/.*\/libsgx_quote_ex\.so\.1 \(in [1-9]\d* of [1-9]\d* looks\)/,
        );
    });

    it("are the only witness where the loader cannot write, and the verdict says so", async () => {
        const inProcess = load("libsgx_qe3_logic.so");
        for (const [program, failed] of [
            [client + untilLookedAt + print(outOfProcess), []],
            [client + inProcess + untilLookedAt + print(outOfProcess), ["mapped-libraries"]],
            [untilLookedAt + print(outOfProcess), ["mapped-libraries"]],
        ] as const) {
            pod.remove();
            pod = new Pod(`${program}exit 0;`);
            await pod.run("control");
            await pod.aesm();
            fs.writeFileSync(pod.message, "", { mode: 0o666 });
            fs.chmodSync(pod.shared, 0o555);
            const judged = await pod.run("prove");
            expect(failures(judged)).toEqual(failed);
            if (program.includes("libsgx_qe3"))
                expect(libraries(judged)).toMatch(/libsgx_qe3_logic\.so was mapped \(in \d+ of \d+ looks\)/);
            else
                expect(libraries(judged)).toMatch(
                    /no loader's trace \(cannot make \S+\/trace-\d+-1: Permission denied\)/,
                );
            expect(judged.stdout).not.toContain("calling init");
        }
    });

    // Debian's and Ubuntu's ldconfig is linked statically.
    const ldconfig = ["/sbin/ldconfig.real", "/sbin/ldconfig"].find((file) => fs.existsSync(file));
    it.skipIf(ldconfig === undefined)("are the only witness of a static program, and the verdict says so", async () => {
        fs.writeFileSync(pod.program, `#!${ldconfig!}\n`);
        const judged = await pod.judge();
        expect(failures(judged)).toContain("mapped-libraries");
        expect(libraries(judged)).toContain("no loader's trace (the loader wrote none for the program)");
    });
});

describe("the directory of the trace", () => {
    it("is gone afterwards", async () => {
        await pod.judge();
        expect(fs.readdirSync(pod.shared).sort()).toEqual(["control.json", "termination-log"]);
    });

    it("is the judge's own: it takes none that is there, and reads nothing through a link", () => {
        const shared = fs.mkdtempSync(path.join(os.tmpdir(), "trace-"));
        const script = `mkdir "${shared}/trace-$$-1"; my $trace = Trace->new("${shared}");
            my %variables = $trace->variables; print "$variables{LD_DEBUG} $variables{LD_DEBUG_OUTPUT}" =~ /^files .*-2\\/trace$/ ? 1 : 0;
            printf "%o", 07777 & (stat $trace->{directory})[2];
            open my $file, ">", "${shared}/elsewhere"; print $file "  1:\\tcalling init: /x/libsgx_pce_logic.so\\n"; close $file;
            symlink "${shared}/elsewhere", "$variables{LD_DEBUG_OUTPUT}.1"; $trace->finish(1, 0);
            print " ", scalar(keys %{ $trace->{in_process} }), " $trace->{problem}";`;
        const judgeFolder = path.join(pod.directory, "judge");
        const run = spawnSync("perl", [`-I${judgeFolder}`, "-MTrace", "-e", script], { encoding: "utf8" });
        expect(run.stdout).toBe("1700 0 the loader wrote none for the program");
        expect(fs.readdirSync(shared).filter((name) => name.endsWith("-2"))).toEqual([]);
        fs.rmSync(shared, { recursive: true });
    });
});

function hex(text: string): string {
    return Buffer.from(text).toString("hex");
}
