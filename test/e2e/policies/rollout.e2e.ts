import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryFile } from "../../support/stacks";
import { Api } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { installPolicies, makeNamespace, mustCreate } from "../support/policies";
import { toolFolder } from "../support/tools";
import { elsewhere } from "./essence";
import { attestedPod, pod, type Pod } from "./pods";

/*
 * The commands of docs/admission.md that list and remove the pods which break a rule, as they stand there.
 */
const namespace = "payments";
const named = (name: string, parts: Parameters<typeof pod>[0] = {}) =>
    elsewhere(pod({ ...parts, metadata: { name } }), namespace);
const broken: Pod[] = [
    named("privileged", { app: { securityContext: { privileged: true } } }),
    named("of-the-node", { volumes: [{ name: "root", hostPath: { path: "/" } }], spec: { hostPID: true } }),
];
const fine: Pod[] = [named("plain"), elsewhere(attestedPod({ metadata: { name: "attested" } }), namespace)];

let plane: ControlPlane;
let api: Api;
let folder: string;
beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "confidential-aks-rollout-"));
    plane = await startControlPlane();
    api = new Api(plane.admin);
    await makeNamespace(api, namespace);
    await mustCreate(api, broken[0]!);
});
afterAll(async () => {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
});

/** The commands in the documentation, in order. */
const commands = [...readFileSync(repositoryFile("docs/admission.md"), "utf8").matchAll(/```sh\n([^]*?)```/g)].map(
    ([, text = ""]) => text,
);

async function run(command: string): Promise<string> {
    const env = { ...process.env, PATH: `${toolFolder("kubernetes")}:${process.env["PATH"] ?? ""}` };
    const options = { cwd: folder, env: { ...env, KUBECONFIG: plane.kubeconfig.path }, timeout: 120_000 };
    return (await promisify(execFile)("sh", ["-c", command], options)).stdout;
}
const listed = (text: string) =>
    text
        .trim()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => /^pod\/([a-z-]+): .* \(([a-z-]+)\)$/.exec(line)?.slice(1).join(": ") ?? line)
        .sort();

test("pods from before the policies and from audit mode are listed, removed, and gone when the guard enforces", async () => {
    const [list = "", remove = ""] = commands;
    const args = { namespaces: [namespace], kubernetesVersion: "1.36" };
    const audit = await installPolicies(api, { ...args, guardMode: "audit" }, "audit");
    for (const each of [broken[1]!, ...fine]) await mustCreate(api, each);
    const rules = ["of-the-node: host-namespaces", "of-the-node: host-path", "privileged: privileged"];
    expect(listed(await run(list))).toEqual(rules);
    for (const manifest of [...audit].reverse()) await api.delete(manifest);
    await installPolicies(api, args);
    // For a moment the API server still judges by the policies in audit mode, which warn of every rule.
    await expect
        .poll(async () => listed(await run(list)), { timeout: 60_000, interval: 1000 })
        .toEqual(["of-the-node: host-path", "privileged: privileged"]);
    await run(remove);
    expect(listed(await run(list))).toEqual([]);
    for (const each of fine) expect((await api.get(each)).status).toBe(200);
    for (const each of broken) expect((await api.get(each)).status).toBe(404);
});
