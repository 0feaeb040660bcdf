import { afterAll, beforeAll, expect, test } from "vitest";
import { changes, words } from "../engine/steps.js";
import { group, startAzure, type AzureAlone } from "../secrets/data-plane.js";
import { yamlResources } from "../secrets/program.js";
import { yamlProgram } from "./yaml.js";

/*
 * The package's own resources below components that the plugin makes: the engine has the plugin, and the project names
 * no other place of it.
 */
const enclave = { signer: "1a".repeat(32), product: 7, minimumSvn: 2 };

let world: AzureAlone;
beforeAll(async () => {
    world = await startAzure();
});
afterAll(() => world.stop());

test("policies and keys of a program in YAML are made, stay, and are found changed", async () => {
    const project = await world.project(yamlProgram(yamlResources));
    project.configure((config) => {
        config.attestation = { name: "team-a-attests", resourceGroupName: group, enclaves: [enclave] };
        const newVault = { name: "team-a-keys", resourceGroupName: group };
        config.keys = { payroll: { enclave, newVault, protect: false, releaseTo: { payroll: world.principalId } } };
    });
    const made = words(changes(await project.up()));
    expect(made).toContain("create SgxPolicy attestation-sgx-enclave");
    expect(made).toContain("create ExportableKey payroll");
    expect(world.attestation.policy("OpenEnclave")).toContain(enclave.signer);
    expect(world.vault.policyOf("payroll")).toContain(`"authority":"${world.attestation.url}"`);
    expect(words(changes(await project.preview()))).toEqual([]);
    world.vault.overwrite("payroll", (world.vault.policyOf("payroll") ?? "").replace(/:2\b/, ":1"));
    await project.refresh();
    expect(words(changes(await project.up()))).toEqual(["update ExportableKey payroll"]);
    expect(world.vault.policyOf("payroll")).toContain('"greaterOrEquals":2');
    await project.destroy();
    expect(world.vault.policyOf("payroll")).toBeUndefined();
});
