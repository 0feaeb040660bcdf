import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { at, type Properties } from "../doubles/values.js";
import { typescriptProgram, type Program } from "../engine/program.js";
import type { Project } from "../engine/project.js";
import { changes, summary, words } from "../engine/steps.js";
import { provideExistingCluster, startWorld, type World } from "../engine/world.js";
import { startDataPlane, type DataPlane } from "./data-plane.js";

/*
 * A stack of the repository's own program with `attestation` and `secrets`: from the configuration to the pod. The
 * tests follow each other.
 */
const enclave = { signer: "1a".repeat(32), product: 7, minimumSvn: 2 };

let plane: DataPlane;
let world: World;
let project: Project;
beforeAll(async () => {
    [world, plane] = [await startWorld(), await startDataPlane()];
    const base = typescriptProgram();
    const program: Program = {
        ...base,
        write(folder, stack) {
            base.write(folder, stack);
            const file = join(folder, "Pulumi.yaml");
            const text = readFileSync(file, "utf8");
            if (!text.includes("path: .\n")) throw new Error("Pulumi.yaml does not name the plugin");
            // The folder has the sources only; the plugin is built.
            writeFileSync(file, text.replace("path: .\n", `path: ${resolve(".")}\n`));
        },
    };
    project = await world.project("existing", plane.program(program));
    await provideExistingCluster(world);
    project.configure((config) => {
        config.attestation = { name: "team-a-attests" };
        config.secrets = { newVault: { name: "team-a-keys" }, keys: [{ name: "payroll", enclave }], protect: false };
        config.jobs = [{ name: "payroll", image: "example.azurecr.io/apps/payroll:1", epc: "64Mi", key: "payroll" }];
    });
});
afterAll(async () => {
    await world.stop();
    await plane.stop();
});

test("a stack makes provider, vault, identity and key, and its job gets what it needs to ask", async () => {
    const preview = summary(await project.preview());
    const done = summary(await project.up());
    expect(done).toEqual(preview);
    for (const each of [
        "create AttestationProvider confidential-aks",
        "create SgxPolicy confidential-aks-sgx-enclave",
        "create Resource confidential-aks-vault",
        "create ExportableKey confidential-aks-payroll",
        "create RoleAssignment confidential-aks-payroll-release-payroll",
        "create ServiceAccount confidential-aks-default_payroll",
    ])
        expect(done).toContain(each);
    expect(plane.attestation.policy("SgxEnclave")).toContain(enclave.signer);
    expect(plane.vault.policyOf("payroll")).toContain(enclave.signer);
    const jobs = await world.api.list("batch/v1", "Job");
    const pods = jobs.map((job) => at(job, "spec.template") as Properties);
    const [pod] = pods.filter((each) => at(each, "spec.serviceAccountName") === "payroll");
    expect(at(pod ?? {}, "metadata.labels")).toMatchObject({ "azure.workload.identity/use": "true" });
    const [container] = at(pod ?? {}, "spec.containers") as { env: object[] }[];
    expect(container?.env).toEqual(
        expect.arrayContaining([
            { name: "ATTESTATION_URL", value: "https://team-a-attests.weu.attest.azure.net" },
            { name: "KEY_VAULT_URL", value: "https://team-a-keys.vault.azure.net" },
            { name: "KEY_NAME", value: "payroll" },
        ]),
    );
});

test("nothing is left to do, and a tag of the identity touches no Kubernetes object", async () => {
    expect(words(changes(await project.preview()))).toEqual([]);
    project.configure((config) => (config.tags = { team: "a" }));
    const steps = changes(await project.up());
    expect(words(steps)).toContain("update UserAssignedIdentity confidential-aks-default_payroll");
    expect(steps.filter(({ type }) => type.startsWith("kubernetes:"))).toEqual([]);
});

test("all goes", async () => {
    await project.destroy();
    expect((await project.state()).resources ?? []).toEqual([]);
    expect(plane.vault.policyOf("payroll")).toBeUndefined();
});
