import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../components/problems/index.js";
import { aesmProbeCommand } from "../../../components/sgx/index.js";
import { aesmWaitCommand } from "../../../components/sgx/aesm/probe.js";

// What the commands do with an AESM is in test/doubles.
describe("the commands", () => {
    const commands = [
        aesmProbeCommand({ timeoutSeconds: 5 }),
        aesmProbeCommand({ timeoutSeconds: 5, question: "alive", waitingFile: "/tmp/since", stuckSeconds: 60 }),
        aesmWaitCommand({ deadlineSeconds: 300, intervalSeconds: 2 }),
    ];

    it("hold nothing that Kubernetes expands or YAML cannot show as lines", () => {
        for (const command of commands) {
            expect(command.slice(0, 2)).toEqual(["perl", "-e"]);
            for (const part of command) expect(part).not.toMatch(/\$\(|\$\$|\t|\r| \n/);
        }
    });

    it("load modules of perl-base only", () => {
        const shipped = spawnSync("dpkg", ["-L", "perl-base"]).stdout.toString();
        for (const command of commands) {
            const used = Array.from(command[2]!.matchAll(/^use (\w+)/gm), ([, name = ""]) => name);
            expect(used).toEqual(["strict", "Errno", "Socket"]);
            if (shipped !== "") for (const name of used) expect(shipped).toContain(`/${name}.pm\n`);
        }
    });

    it("ask at the path that Intel's library has built in, by default", () => {
        for (const command of commands) expect(command[3]).toBe("/var/run/aesmd/aesm.socket");
    });

    it("refuse times and paths that the script would misread, all at once", () => {
        for (const seconds of [0, -1, 0.5, NaN, 3601, "5" as unknown as number]) {
            expect(() => aesmProbeCommand({ timeoutSeconds: seconds })).toThrow(ValidationError);
        }
        for (const socketPath of ["relative", "/a$(B)", "/a b", `/${"a".repeat(107)}`, "/a\n", ""]) {
            expect(() => aesmProbeCommand({ timeoutSeconds: 1, socketPath })).toThrow(/socketPath/);
        }
        expect(() => aesmWaitCommand({ deadlineSeconds: 0, intervalSeconds: 0 })).toThrow(/2 problems/);
    });

    it("refuse a limit for a single quote where nothing says since when, or where nothing is done about it", () => {
        const limited = { timeoutSeconds: 1, stuckSeconds: 60 };
        const waitingFile = "/tmp/since";
        expect(() => aesmProbeCommand(limited)).toThrow(/stuckSeconds/);
        expect(() => aesmProbeCommand({ ...limited, question: "alive" })).toThrow(/stuckSeconds/);
        expect(() => aesmProbeCommand({ ...limited, waitingFile })).toThrow(/stuckSeconds/);
        expect(() => aesmProbeCommand({ timeoutSeconds: 1, waitingFile: "here" })).toThrow(/waitingFile/);
        expect(() => aesmProbeCommand({ timeoutSeconds: 1, progressFile: "/tmp/x" })).toThrow(/progressFile/);
        expect(() => aesmProbeCommand({ timeoutSeconds: 1, waitingFile, progressFile: "x" })).toThrow(/progressFile/);
        const all = aesmProbeCommand({ ...limited, question: "alive", waitingFile, progressFile: "/tmp/x" });
        expect(all.slice(-4)).toEqual(["alive", "/tmp/since", "/tmp/x", "60"]);
    });
});
