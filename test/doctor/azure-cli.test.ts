import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { readReport } from "../../doctor/model/read";
import { run } from "../plan/cli";
import { tempDir } from "../support/temp-dirs";
import { emptyLists, startApiDouble } from "./support/api-server";
import { answers, fakeAz, startArmDouble, token } from "./support/arm";

afterEach(() => {
    vi.unstubAllEnvs();
});

test("doctor --azure judges what Azure says beside what the cluster says, and no file has the token", async () => {
    const folder = tempDir();
    const stopped = answers.pools.map((pool) => ({
        ...pool,
        properties: { ...pool.properties, powerState: { code: "Stopped" } },
    }));
    const arm = await startArmDouble(undefined, { pools: stopped });
    const api = await startApiDouble({ lists: emptyLists });
    fakeAz(folder, arm.endpoint);
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
    const [kubeconfig, bundle] = [path.join(folder, "kubeconfig"), path.join(folder, "bundle.json")];
    writeFileSync(kubeconfig, api.kubeconfig);
    const place = ["--azure", "--resource-group", "rg1", "--cluster", "clustername1"];
    const ran = await run("doctor", "--kubeconfig", kubeconfig, ...place, "--format", "json", "--bundle", bundle);
    await Promise.all([arm.stop(), api.stop()]);
    expect(ran.code).toBe(3);
    expect(readReport(ran.stdout).first).toMatchObject({ code: "CA-A03", reason: "stopped" });
    expect(`${ran.stdout}${ran.stderr}${readFileSync(bundle, "utf8")}`).not.toContain(token);
});
