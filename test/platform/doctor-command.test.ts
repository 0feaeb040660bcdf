import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConfidentialPlatform } from "../../components";
import { doctorCommandOf } from "../../components/platform/doctor-command";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((done) => output.apply(done));
}

/** A preview that knows the names as Azure would answer them. */
async function mocks(): Promise<void> {
    const state = (inputs: object, name: string) => ({ name: `${name}0`, ...inputs });
    const id = "/subscriptions/0a1b/resourceGroups/rg-1/providers/Microsoft.ContainerService/managedClusters/aks-1";
    await pulumi.runtime.setMocks(
        {
            newResource: ({ name, inputs }) => ({ id, state: state(inputs as object, name) }),
            call: () => ({}),
        },
        "project",
        "stack",
        true,
    );
}

describe("doctorCommand", () => {
    beforeAll(mocks);

    test("names an existing cluster, already in a preview, and is no secret", async () => {
        const existing = { resourceGroupName: "rg-1", clusterName: "aks-1" };
        const { doctorCommand } = new ConfidentialPlatform("sgx", { existing, enclavePools, quoting: "none" });
        expect(await valueOf(doctorCommand)).toBe(
            "pulumi stack output kubeconfig --show-secrets | npx confidential-aks doctor --kubeconfig - " +
                "--azure --resource-group rg-1 --cluster aks-1",
        );
        expect(await pulumi.isSecret(doctorCommand)).toBe(false);
    });

    test("names a new cluster by the names that Azure has for it", async () => {
        const platform = new ConfidentialPlatform("sgx", { location: "westeurope", enclavePools, quoting: "none" });
        const [group, cluster] = [await valueOf(platform.resourceGroupName), await valueOf(platform.clusterName)];
        expect(await valueOf(platform.doctorCommand)).toContain(
            `--resource-group ${group} --cluster ${cluster} --subscription 0a1b`,
        );
    });
});

describe("the command in a shell", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "confidential-aks-doctor-"));
        const print = (name: string, text: string) => {
            writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
            chmodSync(path.join(folder, name), 0o755);
        };
        print("pulumi", 'echo "kubeconfig of: $*"');
        print("npx", 'cat; printf "%s\\n" "$@"');
    });
    afterEach(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    test.each(["group(1)", "it's; echo planted", "$(echo planted)"])("gives the name %s as it is", (name) => {
        const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
        const printed = execFileSync("sh", ["-c", doctorCommandOf(name, "aks-1", "")], { env, encoding: "utf8" });
        expect(printed.split("\n").slice(0, -1)).toEqual([
            "kubeconfig of: stack output kubeconfig --show-secrets",
            ...["confidential-aks", "doctor", "--kubeconfig", "-"],
            ...["--azure", "--resource-group", name, "--cluster", "aks-1"],
        ]);
    });
});
