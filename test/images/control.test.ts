import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inProcess, noAesm, outOfProcess, started } from "./stand-ins/recorded";
import { client, failsWithoutAesm, failures, honestProgram, Pod, print, type Judged } from "./stand-ins/pod";

let pod: Pod;
beforeEach(() => {
    pod = new Pod();
});
afterEach(() => {
    pod.remove();
});

const reason = (judged: Judged): string =>
    judged.verdict.checks.find((check) => check.name === "negative-control")?.detail ?? "";

describe("control", () => {
    it("records that the program failed for the expected reason", async () => {
        const judged = await pod.run("control");
        expect(judged.code).toBe(0);
        expect(pod.readControl()).toMatchObject({
            kind: "attestation-control",
            runId: "pod-1",
            program: [pod.program, "sgxremote"],
            asExpected: true,
            problems: [],
            forbidden: [],
            gotQuote: [],
        });
        expect(JSON.parse(judged.message)).toEqual(pod.readControl());
    });

    it.each([
        ["succeeded", honestProgram, "succeeded without AESM"],
        ["failed for another reason", `${print(started)}exit 1;`, "failed without saying"],
        ["crashed", `${print(noAesm)}kill 11, $$; sleep 5;`, "did not end by itself"],
        ["was in-process", `${print([...inProcess, noAesm])}exit 1;`, "in-process"],
        ["printed success and failed", `${print([noAesm, outOfProcess])}exit 1;`, "succeeded without AESM"],
    ])("records a program that %s, and exits 0 so that prove can report it", async (_, program, problem) => {
        pod.behaves(honestProgram, program);
        const control = await pod.run("control");
        expect(control.code).toBe(0);
        expect(pod.readControl()["asExpected"]).toBe(false);
        await pod.aesm();
        const judged = await pod.run("prove");
        expect(failures(judged)).toEqual(["negative-control"]);
        expect(judged.verdict.verdict).toBe("failed");
        expect(reason(judged)).toContain(problem);
    });

    it("records a program that hangs until the deadline", async () => {
        pod.behaves(honestProgram, `${print(noAesm)}sleep 60;`);
        const control = await pod.run("control", ["--deadline", "1"]);
        expect(control.code).toBe(0);
        expect(pod.readControl()).toMatchObject({ asExpected: false, timedOut: true });
    });

    it("does not count when the socket directory was not empty", async () => {
        fs.writeFileSync(path.join(pod.sockets, "something"), "");
        await pod.run("control");
        await pod.aesm();
        expect(reason(await pod.run("prove"))).toContain("not empty");
    });

    it("is not replaced by a file the program wrote", async () => {
        const forged = `open my $file, ">", "${pod.controlFile}"; print $file "{}"; close $file; chmod 0444, "${pod.controlFile}";`;
        pod.behaves(honestProgram, forged + failsWithoutAesm);
        await pod.run("control");
        expect(pod.readControl()["asExpected"]).toBe(true);
    });

    it.each([
        [
            0o660,
            /^\/dev\/sgx_enclave is closed to user \d+: it has mode 0660, user 0 and group 0; set supplementalGroups: \[0\]/,
        ],
        [0o666, undefined],
    ])("with the enclave device in mode %o, names the group to join where it is needed", async (mode, problem) => {
        const device = path.join(pod.root, "dev", "sgx_enclave");
        fs.writeFileSync(device, "");
        // The programs run as another user where the tests run as root; elsewhere a mode without rights closes it.
        fs.chmodSync(device, process.getuid?.() === 0 || mode === 0o666 ? mode : 0);
        await pod.run("control");
        const [first] = pod.readControl()["problems"] as string[];
        if (problem === undefined) expect(first).toBeUndefined();
        else expect(first).toMatch(process.getuid?.() === 0 ? problem : /^\/dev\/sgx_enclave is closed/);
    });

    it("ends with an error where it cannot record", async () => {
        fs.chmodSync(pod.shared, 0o555);
        const control = await pod.run("control");
        expect(control.code).toBe(1);
        expect(control.stderr).toContain("cannot write");
    });
});

describe("prove does not accept a control", () => {
    const proveWith = async (
        change: (control: Record<string, unknown>) => unknown,
        options?: string[],
    ): Promise<Judged> => {
        await pod.run("control");
        const changed = change(pod.readControl());
        fs.rmSync(pod.controlFile);
        if (changed !== undefined)
            fs.writeFileSync(pod.controlFile, typeof changed === "string" ? changed : JSON.stringify(changed));
        await pod.aesm();
        return pod.run("prove", options);
    };
    const now = Math.floor(Date.now() / 1000);

    it.each<[string, (control: Record<string, unknown>) => unknown, string]>([
        ["that is missing", () => undefined, "is missing"],
        ["that is empty", () => "", "is not JSON"],
        ["that is cut off", (control) => JSON.stringify(control).slice(0, -20), "is not JSON"],
        ["that is no object", () => "[]", "not a JSON object"],
        ["nested without end", () => "[".repeat(60_000), "is not JSON"],
        ["of many megabytes", () => " ".repeat(5_000_000), "sensible size"],
        [
            "that only claims success",
            () => ({ kind: "attestation-control", format: 1, asExpected: true, problems: [] }),
            "not recorded",
        ],
        ["of another pod", (control) => ({ ...control, runId: "pod-0" }), "runId differs"],
        ["of another start of the machine", (control) => ({ ...control, bootId: "x" }), "bootId differs"],
        ["of another program", (control) => ({ ...control, program: ["/bin/false"] }), "another program"],
        [
            "of another build of the program",
            (control) => ({ ...control, programFile: "1 bytes of 1" }),
            "programFile differs",
        ],
        ["that is stale", (control) => ({ ...control, finishedAt: now - 4000 }), "older than 3600"],
        ["from the future", (control) => ({ ...control, finishedAt: now + 4000 }), "from the future"],
        ["without a time", (control) => ({ ...control, finishedAt: "soon" }), "no time"],
        ["with exit code 0", (control) => ({ ...control, exit: 0 }), "succeeded without AESM"],
        ["without an exit code", (control) => ({ ...control, exit: null }), "no exit code"],
        ["with another reason", (control) => ({ ...control, reason: "out of memory" }), "failed without saying"],
        ["with a quote in it", (control) => ({ ...control, gotQuote: ["quote"] }), "gotQuote"],
        [
            "whose evidence is of the wrong kind",
            (control) => ({ ...control, inProcess: "none" }),
            "inProcess: not recorded",
        ],
        [
            "with the provisioning device",
            (control) => ({ ...control, provisionDevices: ["/dev/sgx_provision"] }),
            "provisionDevices",
        ],
        ["without the variable", (control) => ({ ...control, variable: 0 }), "SGX_AESM_ADDR was not set"],
    ])("%s", async (_, change, problem) => {
        const judged = await proveWith(change);
        expect(failures(judged)).toEqual(["negative-control"]);
        expect(judged.verdict.verdict).toBe("failed");
        expect(judged.code).toBe(1);
        expect(reason(judged)).toContain(problem);
    });

    it("behind a link", async () => {
        await pod.run("control");
        fs.renameSync(pod.controlFile, `${pod.controlFile}.real`);
        fs.symlinkSync(`${pod.controlFile}.real`, pod.controlFile);
        await pod.aesm();
        expect(reason(await pod.run("prove"))).toContain("not a regular file");
    });

    it("that the judged program writes itself", async () => {
        await pod.run("control");
        const good = fs.readFileSync(pod.controlFile, "utf8");
        fs.rmSync(pod.controlFile);
        pod.behaves(
            `open my $file, ">", "${pod.controlFile}"; print $file pack "H*", "${Buffer.from(good).toString("hex")}"; close $file; ${client}${print(outOfProcess)}exit 0;`,
        );
        await pod.aesm();
        expect(failures(await pod.run("prove"))).toEqual(["negative-control"]);
    });
});
