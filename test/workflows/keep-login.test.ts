import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = path.resolve(__dirname, "../../.ci/keep-login");
let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "login-test-"))));
afterEach(() => {
    rmSync(folder, { recursive: true });
});

function program(name: string, ...lines: string[]): void {
    writeFileSync(path.join(folder, name), ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
}

/** Runs a command with a login that is renewed ten times a second. */
function keepLogin(...command: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(script, command, {
        encoding: "utf8",
        timeout: 20_000,
        env: {
            PATH: `${folder}:${process.env["PATH"]}`,
            LOGIN_PAUSE: "0.1",
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
            ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.example/token?api-version=2",
            ARM_CLIENT_ID: "client",
            ARM_TENANT_ID: "tenant",
        },
    });
    return { status, stdout, stderr };
}

describe("the script that keeps Azure CLI's login", () => {
    const logins = () =>
        existsSync(path.join(folder, "logins")) ? readFileSync(path.join(folder, "logins"), "utf8") : "";
    // Runs until the login was renewed twice, or for ten seconds.
    const twice = `for i in $(seq 100); do [ "$(wc -l < logins)" -ge 2 ] && exit 7; sleep 0.1; done`;
    beforeEach(() => {
        program("curl", `echo "$*" > ${folder}/asked`, `echo '{"count":1,"value":"fresh"}'`);
        program("az", `echo "$*" >> ${folder}/logins`);
    });

    it("logs in anew with a fresh token while a command runs, and ends as the command does", () => {
        expect(keepLogin("bash", "-c", `cd ${folder}; touch logins; ${twice}`)).toMatchObject({ status: 7 });
        expect(logins().split("\n")[0]).toBe(
            "login --service-principal --username client --tenant tenant --federated-token fresh --output none",
        );
        expect(readFileSync(path.join(folder, "asked"), "utf8")).toContain(
            "-H Authorization: bearer job https://github.example/token?api-version=2&audience=api://AzureADTokenExchange",
        );
        const before = logins();
        spawnSync("sleep", ["0.4"]);
        expect(logins()).toBe(before);
    });

    it("goes on where a renewal fails, and prints no token", () => {
        program("az", `echo "$*" >> ${folder}/logins`, "exit 1");
        const { status, stdout, stderr } = keepLogin("bash", "-c", `cd ${folder}; touch logins; ${twice}`);
        expect([status, stdout]).toEqual([7, ""]);
        expect(stderr).toContain("the next try follows");
        expect(stderr).not.toContain("fresh");
    });

    it("does not log in without an answer", () => {
        program("curl", `echo "$*" >> ${folder}/logins`, "exit 22");
        program("az", `echo "$*" > ${folder}/called`);
        expect(keepLogin("bash", "-c", `cd ${folder}; touch logins; ${twice}`)).toMatchObject({ status: 7 });
        expect(existsSync(path.join(folder, "called"))).toBe(false);
    });
});
