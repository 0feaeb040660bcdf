import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import schema from "../../../provider/schema.json";
import { tool } from "../support/tools.js";

/*
 * What `pulumi schema check` says of the schema: it binds it as the code generators do, so names that no SDK can have
 * and references that lead nowhere are errors.
 */
const work = mkdtempSync(join(tmpdir(), "confidential-aks-schema-"));
afterAll(() => {
    rmSync(work, { recursive: true, force: true });
});

function check(file: string): { status: number | null; said: string } {
    const env = { PATH: process.env.PATH, HOME: work, PULUMI_HOME: work, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const ran = spawnSync(tool("pulumi"), ["schema", "check", file], { env, encoding: "utf8", timeout: 60_000 });
    return { status: ran.status, said: ran.stdout + ran.stderr };
}

test("Pulumi accepts the schema, and has nothing to remark", () => {
    expect(check(resolve("provider/schema.json"))).toEqual({ status: 0, said: "" });
});

test("Pulumi refuses it when a type is missing", () => {
    const { "confidential-aks:index:EnclavePool": _, ...types } = schema.types;
    const file = join(work, "schema.json");
    writeFileSync(file, JSON.stringify({ ...schema, types }));
    const { status, said } = check(file);
    expect(said).toContain("confidential-aks:index:EnclavePool not found");
    expect(status).not.toBe(0);
});
