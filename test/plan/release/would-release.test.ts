import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { tempDir } from "../../support/temp-dirs.js";
import { fixture, run } from "../cli.js";

const claims = {
    iss: "https://sharedweu.weu.attest.azure.net",
    "x-ms-attestation-type": "sgx",
    "x-ms-sgx-is-debuggable": false,
    "x-ms-sgx-mrsigner": "1a".repeat(32),
    "x-ms-sgx-product-id": 7,
    "x-ms-sgx-svn": 3,
    "x-ms-sgx-mrenclave": "5e".repeat(32),
};

function saved(content: string): string {
    const file = path.join(tempDir(), "claims.json");
    writeFileSync(file, content);
    return file;
}

const judge = (file: string, ...args: string[]) =>
    run("would-release", "--program", fixture("secrets-of-enclaves"), "--claims", file, "-c", "shared=true", ...args);

describe("confidential-aks would-release", () => {
    it("exits with 0 where all keys are released", async () => {
        const { code, stdout, stderr } = await judge(saved(JSON.stringify(claims)));
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toContain("key ledger: released");
        expect(stdout).toContain("key payroll: released");
        expect(stdout).toContain("the URL of provider payrollattest is known after the update; iss is not compared");
    });

    it("exits with 3 where one is not, and with 0 again where another one is asked for", async () => {
        const file = saved(JSON.stringify({ ...claims, iss: "https://payrollattest.weu.attest.azure.net" }));
        const { code, stdout } = await judge(file);
        expect(code).toBe(3);
        expect(stdout).toContain("key ledger: not released");
        expect(stdout).toContain("key payroll: released");
        expect((await judge(file, "--key", "payroll")).code).toBe(0);
    });

    it("reads a whole token, whose signature it does not check, and writes JSON", async () => {
        const parts = [{ alg: "RS256" }, { ...claims, "x-ms-sgx-svn": 2 }];
        const token = `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.c2ln`;
        const { code, stdout } = await judge(saved(token), "--format", "json");
        expect(code).toBe(3);
        expect(JSON.parse(stdout)).toMatchObject({
            format: "confidential-aks/would-release",
            version: 1,
            stack: "dev",
            remarks: [expect.stringContaining("signature was not checked"), expect.any(String)],
            keys: [{ verdict: "not released" }, { verdict: "not released" }],
            policies: [{ verdict: "no token" }, { verdict: "token" }],
        });
    });

    it("names the file, the path, and what to do", async () => {
        const list = saved(JSON.stringify([{ type: "x-ms-sgx-svn" }]));
        expect(await judge(list)).toMatchObject({
            code: 1,
            stdout: "",
            stderr: `error: --claims ${list}: [0].value: a text, a number, true or false is wanted\nNothing was judged.\n`,
        });
        const missing = path.join(tempDir(), "missing.json");
        expect(await judge(missing)).toMatchObject({
            code: 2,
            stderr: expect.stringContaining(`--claims ${missing}: cannot be read`) as string,
        });
        const file = saved(JSON.stringify(claims));
        expect((await judge(file, "--key", "other")).stderr).toContain(
            '--key other: stack "dev" has no such key. Keys: ledger, payroll',
        );
        expect((await judge(file, "--key", "other")).code).toBe(2);
        const without = await run("would-release", "--program", fixture("late"), "--claims", file);
        expect(without).toMatchObject({
            code: 1,
            stderr: expect.stringContaining("has no key for enclaves") as string,
        });
    });

    it("needs claims, and tells so; its help names the exit codes", async () => {
        const { code, stderr } = await run("would-release", "--program", fixture("secrets-of-enclaves"));
        expect(code).toBe(2);
        expect(stderr).toContain("required option '--claims <file>' not specified");
        const help = await run("would-release", "--help");
        expect(help.stdout).toMatch(/Exit codes: 0 every key is released.*\n3 a key is not released/);
    });
});

describe("keys and policies of the package's own components", () => {
    it("are released to the enclave they describe, and to no debug enclave of it", async () => {
        const judgeOwn = (more: object) =>
            run(
                ...["would-release", "--program", fixture("enclave-keys"), "--claims"],
                saved(JSON.stringify({ ...claims, iss: "https://payrollattest.weu.attest.azure.net", ...more })),
            );
        expect(await judgeOwn({})).toMatchObject({ code: 0 });
        const { code, stdout } = await judgeOwn({ "x-ms-sgx-is-debuggable": true });
        expect(code).toBe(3);
        expect(stdout).toContain("x-ms-sgx-is-debuggable has to be false, the claims say true");
    });
});

describe("confidential-aks diff of such a program", () => {
    it("fails for wider access only, against a saved plan", async () => {
        const program = ["--program", fixture("enclave-keys")];
        const planned = async (minimumSvn: number) => {
            const { stdout } = await run("plan", ...program, "--format", "json", "-c", `minimumSvn=${minimumSvn}`);
            return saved(stdout);
        };
        const diff = async (from: string) => run("diff", ...program, "--from", from, "--fail-on", "access");
        const wider = await diff(await planned(4));
        expect(wider.code).toBe(3);
        expect(wider.stdout).toContain(
            "!! widens access: ExportableKey payroll: SVN 3 is enough from now on: older enclaves get the key",
        );
        const narrower = await diff(await planned(2));
        expect(narrower.code).toBe(0);
        expect(narrower.stdout).toContain("access: ExportableKey payroll: SVN 2 is no longer enough");
    });
});
