import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { KubeLogin, type ConfidentialClusterArgs } from "../../components";
import { withKubelogin } from "../../components/cluster/kubeconfig";
import { clusterSpec } from "../../components/cluster/spec";

const server = "6dae42f8-4368-4678-94ff-3960e28e3630";
const tenant = "00000000-0000-0000-0000-000000000000";
const identity = "0f0e0d0c-0b0a-4908-8706-050403020100";
const client = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

/** Azure's answer for a cluster with Entra ID (https://github.com/pulumi/pulumi-azure-native/issues/2579). */
const answer = `apiVersion: v1
kind: Config
clusters: [{ name: team, cluster: { server: "https://team-abc.hcp.westeurope.azmk8s.io:443" } }]
contexts: [{ name: team, context: { cluster: team, user: clusterUser_g_team } }]
current-context: team
users:
- name: clusterUser_g_team
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --environment, AzurePublicCloud, --server-id, ${server}, --client-id, ${client}, --tenant-id, ${tenant}, --login, devicecode]
`;

async function argumentsOf(mode: KubeLogin, clientId?: string, kubeconfig = answer): Promise<string[]> {
    const made = parse(await withKubelogin(kubeconfig, mode, clientId)) as {
        users: { user: { exec: { args: string[] } } }[];
    };
    return made.users[0]?.user.exec.args ?? [];
}

describe("kubelogin's arguments are those of its own converter", () => {
    const application = `--client-id ${client} --tenant-id ${tenant} --environment AzurePublicCloud`;
    test.each<[mode: KubeLogin, clientId: string | undefined, others: string]>([
        ["azurecli", undefined, ""],
        ["azd", undefined, ""],
        ["msi", undefined, ""],
        ["msi", identity, `--client-id ${identity}`],
        ["workloadidentity", undefined, ""],
        ["workloadidentity", identity, `--client-id ${identity}`],
        ["azurepipelines", undefined, `--tenant-id ${tenant}`],
        ["spn", undefined, application],
        ["spn", identity, application.replace(client, identity)],
        ["interactive", undefined, application],
        ["devicecode", undefined, application],
    ])("%s %s: %s", async (mode, clientId, others) => {
        const expected = `get-token --login ${mode} --server-id ${server} ${others}`.trim();
        expect((await argumentsOf(mode, clientId)).join(" ")).toBe(expected);
    });

    test("with a cache, and in the forms that a flag may have", async () => {
        const args = [
            "get-token",
            "--server-id=s",
            "--legacy",
            "--tenant-id",
            "t",
            "--token-cache-dir",
            "/c",
            "--client-id",
            "c",
        ];
        const kubeconfig = JSON.stringify({ users: [{ name: "user", user: { exec: { args } } }] });
        expect((await argumentsOf("spn", undefined, kubeconfig)).join(" ")).toBe(
            "get-token --login spn --server-id s --token-cache-dir /c --client-id c --tenant-id t --legacy",
        );
        expect((await argumentsOf("msi", undefined, kubeconfig)).join(" ")).toBe(
            "get-token --login msi --server-id s --token-cache-dir /c",
        );
    });

    const forms = [
        ["--legacy"],
        ["--pop-enabled"],
        ["--pop-claims", "u=h"],
        ["--redirect-url", "http://localhost:1"],
        ["--login-hint", "me"],
    ];
    test.each<[mode: KubeLogin, kept: number[]]>([
        ["azurecli", []],
        ["azd", []],
        ["msi", []],
        ["workloadidentity", []],
        ["azurepipelines", []],
        ["spn", [0, 1, 2]],
        ["devicecode", [0]],
        ["interactive", [1, 2, 3, 4]],
    ])("in mode %s with the options %j of the converter", async (mode, kept) => {
        const args = ["get-token", "--server-id", "s", ...forms.flat()];
        const kubeconfig = JSON.stringify({ users: [{ name: "user", user: { exec: { args } } }] });
        const expected = ["get-token", "--login", mode, "--server-id", "s", ...kept.flatMap((index) => forms[index]!)];
        expect(await argumentsOf(mode, undefined, kubeconfig)).toEqual(expected);
    });

    test("with AKS's server application where Azure names no argument", async () => {
        const kubeconfig = JSON.stringify({ users: [{ name: "user", user: { token: "t" } }] });
        expect(await argumentsOf("azurecli", undefined, kubeconfig)).toEqual([
            "get-token",
            "--login",
            "azurecli",
            "--server-id",
            server,
        ]);
    });
});

describe("a machine with a managed identity signs in", () => {
    const run = (args: string[]) =>
        spawnSync(process.execPath, [resolve("test/e2e/doubles/bin/kubelogin"), ...args], {
            encoding: "utf8",
            env: { ...process.env, E2E_KUBELOGIN_TOKEN: "the-token", E2E_IDENTITY_CLIENT_ID: identity },
            timeout: 30_000,
        });

    test.each<[KubeLogin, string?]>([
        ["azurecli"],
        ["azd"],
        ["msi"],
        ["msi", identity],
        ["workloadidentity"],
        ["azurepipelines"],
        ["spn"],
    ])("with %s %s", async (mode, clientId) => {
        const { stdout, stderr } = run(await argumentsOf(mode, clientId));
        expect(stderr).toBe("");
        expect(stdout).toContain("the-token");
    });

    test.each<KubeLogin>(["devicecode", "interactive"])("not with %s, which waits for a person", async (mode) => {
        expect(run(await argumentsOf(mode)).status).toBe(1);
    });
});

describe("kubeLoginClientId", () => {
    const problems = (args: Partial<ConfidentialClusterArgs>) =>
        clusterSpec({
            enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
            entra: { azureRbac: true },
            ...args,
        }).problems.map(({ kind, path }) => `${kind} ${path}`);

    test.each<[KubeLogin | undefined, string, string[]]>([
        ["msi", identity, []],
        ["workloadidentity", identity, []],
        ["spn", identity, []],
        ["msi", "my-identity", ["invalid kubeLoginClientId"]],
        ["azurecli", identity, ["notAllowed kubeLoginClientId"]],
        [undefined, identity, ["notAllowed kubeLoginClientId"]],
        ["MSI" as never, identity, ["unsupported kubeLogin"]],
    ])("with %s: %s gives %j", (kubeLogin, kubeLoginClientId, expected) => {
        expect(problems({ kubeLogin, kubeLoginClientId })).toEqual(expected);
    });
});
