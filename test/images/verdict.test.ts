import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { attested, gotQuote, inProcess, outOfProcess, started, succeeded, untilTheEnd } from "./stand-ins/recorded";
import {
    client,
    failsWithoutAesm,
    failures,
    honestProgram,
    load,
    Pod,
    print,
    untilLookedAt,
    type Judged,
} from "./stand-ins/pod";

let pod: Pod;
afterEach(() => {
    pod.remove();
});

const judge = (withAesm: string, withoutAesm?: string, options?: string[]): Promise<Judged> =>
    (pod = new Pod(withAesm, withoutAesm)).judge(options);

const expectFailed = (judged: Judged, ...checks: string[]): void => {
    expect(judged.verdict.verdict).toBe("failed");
    expect(judged.code).toBe(1);
    expect(failures(judged)).toEqual(expect.arrayContaining(checks));
};

describe("an honest out-of-process run", () => {
    it("gets the verdict, exit code 0, and every check with its result", async () => {
        const judged = await judge(honestProgram);
        expect(failures(judged)).toEqual([]);
        expect(judged.code).toBe(0);
        expect(judged.verdict).toMatchObject({ verdict: "out-of-process", mode: "out-of-process" });
        expect(judged.verdict.checks.map((check) => check.name)).toEqual([
            "environment",
            "image",
            "socket-directory",
            "provisioning-device",
            "negative-control",
            "exit-code",
            "last-line",
            "required-lines",
            "forbidden-lines",
            "mapped-libraries",
            "open-devices",
            "process-environment",
        ]);
        expect(judged.verdict.versions).toEqual({ openEnclave: "0.0.0-stand-in", root: pod.root });
        expect(gotQuote).toContain("quote_ex got quote for algorithm_id=2");
        expect(judged.verdict.evidence.join("\n")).toContain("quote_ex got quote for algorithm_id=2");
        expect(JSON.parse(judged.message)).toEqual(judged.verdict);
        expect(judged.stdout).toContain(outOfProcess);
    });

    // While a program is being executed, the kernel shows its process with maps but without an environment.
    it("gets it too when a look falls into the moment of an exec", async () => {
        const again = `if (($ENV{EXECS} ||= 0) < 400) { $ENV{EXECS}++; exec $^X, $0, @ARGV }\n`;
        const judged = await judge(again + honestProgram);
        expect(failures(judged)).toEqual([]);
        expect(judged.code).toBe(0);
    });

    it("needs no file of versions, and says nothing on stderr without one", async () => {
        pod = new Pod();
        fs.rmSync(path.join(pod.directory, "versions.json"));
        const judged = await pod.judge();
        expect(judged.code).toBe(0);
        expect(judged.stderr).toBe("");
        expect(judged.verdict.versions).toEqual({ root: pod.root });
    });

    it("is recognized when its last line has no newline", async () => {
        const judged = await judge(`${client}${print(untilTheEnd.join("").trimEnd())}exit 0;`);
        expect(failures(judged)).toEqual([]);
        expect(judged.stdout).toContain(`${succeeded.trimEnd()}\n{"verdict"`);
    });
});

describe("in-process quoting", () => {
    it("that succeeds is judged failed", async () => {
        const program = `${load("libsgx_dcap_ql.so.1")}${print([...started, ...inProcess, ...attested, succeeded])}exit 0;`;
        const judged = await judge(program, program);
        expectFailed(judged, "negative-control", "required-lines", "forbidden-lines", "mapped-libraries");
        expect(judged.verdict.mode).toBe("in-process");
    });

    it("mixed with the lines of the other mode is judged failed", async () => {
        const judged = await judge(`${client}${print([...inProcess, outOfProcess])}exit 0;`);
        expectFailed(judged, "forbidden-lines");
        expect(judged.verdict.mode).toBe("mixed");
    });

    it("is not hidden by the variable being set", async () => {
        const judged = await judge(`${client}${print([...started, ...inProcess, ...attested, succeeded])}exit 0;`);
        expectFailed(judged, "forbidden-lines", "required-lines");
        expect(judged.verdict.mode).toBe("in-process");
    });

    it("logged on stderr counts as much", async () => {
        const judged = await judge(`${client}${print(inProcess, "STDERR")}${print(outOfProcess)}exit 0;`);
        expectFailed(judged, "forbidden-lines");
    });

    it.each(["libsgx_dcap_ql.so.1", "libsgx_qe3_logic.so", "libsgx_pce.signed.so.1"])(
        "shows by %s mapped, whatever the log says",
        async (name) => {
            const judged = await judge(client + load(name) + print(outOfProcess) + "exit 0;");
            expectFailed(judged, "mapped-libraries");
            expect(judged.verdict.mode).toBe("mixed");
        },
    );

    it("shows in a child process too, also when the child left its session", async () => {
        const child = `if (!fork) { require POSIX; POSIX::setsid(); ${load("libsgx_dcap_ql.so.1")} exit 0 } wait;`;
        expectFailed(await judge(client + child + print(outOfProcess) + "exit 0;"), "mapped-libraries");
    });

    it("shows by a control that succeeded without AESM", async () => {
        const judged = await judge(honestProgram, honestProgram);
        expectFailed(judged, "negative-control");
        expect(judged.verdict.mode).toBe("mixed");
    });
});

describe("the log alone is no proof", () => {
    it("without the client library in the process", async () => {
        const judged = await judge(`${print(outOfProcess)}exit 0;`);
        expectFailed(judged, "mapped-libraries");
        expect(judged.verdict.mode).toBe("unknown");
    });

    it("when a process ran without the variable", async () => {
        const child = `if (!fork) { delete $ENV{SGX_AESM_ADDR}; exec "/bin/sleep", "600" } `;
        expectFailed(await judge(child + untilLookedAt + honestProgram), "process-environment");
    });

    it("when a process ran without any variable", async () => {
        const child = `if (!fork) { %ENV = (); exec "/bin/sleep", "600" } `;
        expectFailed(await judge(child + untilLookedAt + honestProgram), "process-environment");
    });

    it("when the pod has no variable", async () => {
        pod = new Pod();
        delete pod.env["SGX_AESM_ADDR"];
        pod.behaves(untilLookedAt + honestProgram);
        expectFailed(await pod.judge(), "environment", "process-environment", "negative-control");
    });

    it("when the pod has no variable, also when the program is over before anybody looks", async () => {
        pod = new Pod("exit 0;");
        delete pod.env["SGX_AESM_ADDR"];
        expectFailed(await pod.judge(), "environment", "process-environment");
    });

    it("and what was only looked at says how often", async () => {
        const judged = await judge(honestProgram);
        for (const name of ["open-devices", "process-environment"])
            expect(judged.verdict.checks.find((check) => check.name === name)?.detail).toMatch(/\d+ looks: /);
    });

    it.each(["dev/sgx_provision", "dev/sgx/provision"])("when %s is in the container", async (device) => {
        pod = new Pod();
        fs.mkdirSync(path.join(pod.root, path.dirname(device)), { recursive: true });
        fs.writeFileSync(path.join(pod.root, device), "");
        expectFailed(await pod.judge(), "provisioning-device", "negative-control");
    });

    it("when the provisioning device is open under its path", async () => {
        pod = new Pod();
        const device = path.join(pod.directory, "dev", "sgx_provision");
        fs.mkdirSync(path.dirname(device));
        fs.writeFileSync(device, "");
        pod.behaves(`open my $device, "<", "${device}" or die; ${untilLookedAt}${honestProgram}`);
        expectFailed(await pod.judge(), "open-devices");
    });

    it.each([
        "usr/lib/libsgx_dcap_ql.so.1.14",
        "opt/hidden/libsgx_qe3.signed.so.1",
        "home/x/aesm_service",
        "tmp/libsgx_pce_logic.so",
    ])("when the image holds %s", async (file) => {
        pod = new Pod();
        fs.mkdirSync(path.join(pod.root, path.dirname(file)), { recursive: true });
        fs.writeFileSync(path.join(pod.root, file), "");
        expectFailed(await pod.judge(), "image");
    });

    it("but verification libraries may be there", async () => {
        pod = new Pod();
        for (const name of ["libsgx_dcap_quoteverify.so.1", "libsgx_qve.signed.so", "libsgx_quote_ex.so.1.1"])
            fs.writeFileSync(path.join(pod.root, "usr/lib", name), "");
        expect(failures(await pod.judge())).toEqual([]);
    });

    it("when the socket directory can be written, and nothing is left in it", async () => {
        pod = new Pod();
        await pod.run("control");
        await pod.aesm();
        fs.chmodSync(pod.sockets, 0o777);
        expectFailed(await pod.run("prove"), "socket-directory");
        expect(fs.readdirSync(pod.sockets)).toEqual(["aesm.socket"]);
    });

    it("when the socket is a plain file", async () => {
        pod = new Pod(failsWithoutAesm);
        await pod.run("control");
        fs.writeFileSync(path.join(pod.sockets, "aesm.socket"), "");
        fs.chmodSync(pod.sockets, 0o555);
        expectFailed(await pod.run("prove"), "socket-directory");
    });
});

describe("the command line", () => {
    it.each([[[]], [["judge"]], [["prove", "--nonsense"]], [["prove", "--deadline", "0"]]])(
        "refuses %j with exit code 2",
        (args) => {
            pod = new Pod();
            const run = spawnSync("perl", [path.join(pod.directory, "judge/prove.pl"), ...args], { encoding: "utf8" });
            expect(run.status).toBe(2);
            expect(run.stderr).toContain("usage: prove.pl control|prove");
            expect(run.stdout).toBe("");
        },
    );
});
