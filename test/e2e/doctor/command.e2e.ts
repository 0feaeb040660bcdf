import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readReport } from "../../../doctor/index";
import { Api } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { renderedManifests } from "../support/manifests";
import { made, makeNode, makeWorkload } from "./fake-cluster";

/* The built command against a real API server, with a cluster of objects only. */
const cli = resolve("dist/cli/index.js");
const folder = mkdtempSync(join(tmpdir(), "confidential-aks-doctor-"));
const node = { apiVersion: "v1", kind: "Node", metadata: { name: "enclave-0" } };

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    plane = await startControlPlane({ apiServerFlags: ["--disable-admission-plugins=ServiceAccount"] });
    api = new Api(plane.admin);
    await makeNode(api, { name: "enclave-0", pool: "enclave", vmSize: "Standard_DC2s_v3", epc: 8192 * 1024 ** 2 });
    for (const manifest of renderedManifests("dev")) {
        if (manifest.kind === "DaemonSet" || manifest.kind === "Job") await makeWorkload(api, manifest, ["enclave-0"]);
        else await made(api, manifest);
    }
});
afterAll(async () => {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
});

interface Run {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs the doctor on the cluster. */
function doctor(...args: string[]): Promise<Run> {
    return command(["doctor", "--kubeconfig", plane.kubeconfig.path, ...args]);
}

async function command(args: string[]): Promise<Run> {
    try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, ...args], { timeout: 120_000 });
        return { code: 0, stdout, stderr };
    } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, stdout, stderr };
    }
}

const cordon = (unschedulable: boolean) => api.patch(node, { spec: { unschedulable } });

test("a healthy cluster: nothing to do, exit code 0, a row for its node", async () => {
    const { code, stdout, stderr } = await doctor();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^OK: nothing to do/);
    expect(stdout).toMatch(/^enclave-0 +enclave +Standard_DC2s_v3 +ready +ready +\S+ of 8Gi +out-of-process /m);
});

test("the kubeconfig may come from standard input", async () => {
    const child = spawn(process.execPath, [cli, "doctor", "--kubeconfig", "-", "--format", "json"], {
        timeout: 120_000,
    });
    child.stdin.end(plane.kubeconfig.text);
    let said = "";
    child.stdout.on("data", (text: Buffer) => (said += text.toString()));
    const code = await new Promise((done) => child.once("close", done));
    expect([code, readReport(said).healthy]).toEqual([0, true]);
});

test("a broken one: exit code 3, and the bundle gives the same report without the cluster", async () => {
    await cordon(true);
    const bundle = join(folder, "bundle.json");
    const live = await doctor("--format", "json", "--bundle", bundle);
    await cordon(false);
    expect([live.code, readReport(live.stdout).first?.code]).toEqual([3, "CA-N08"]);
    const later = await command(["doctor", "--from", bundle, "--format", "json"]);
    expect(later).toEqual(live);
    expect(readFileSync(bundle, "utf8")).not.toContain(plane.admin.getCurrentUser()?.token);
});

test("--wait ends as soon as all is well, and with 3 when its time is over", async () => {
    await cordon(true);
    expect((await doctor("--wait", "0.01")).code).toBe(3);
    const waiting = doctor("--wait", "2");
    await new Promise((next) => setTimeout(next, 3000));
    await cordon(false);
    expect((await waiting).code).toBe(0);
});

test("a cluster that is not there: one message, exit code 1", async () => {
    const file = join(folder, "nowhere.kubeconfig");
    writeFileSync(file, plane.kubeconfig.text.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:9"));
    const { code, stdout, stderr } = await command(["doctor", "--kubeconfig", file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("127.0.0.1:9");
    expect(stderr).not.toContain("    at ");
});
