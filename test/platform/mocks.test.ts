import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfidentialCluster, ConfidentialPlatform, EnclaveImage, ExistingCluster } from "../../components";

const require = createRequire(resolve("package.json"));
const pools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({ id: `${name}-id`, state: inputs });

const rejections: unknown[] = [];
const note = (error: unknown): void => void rejections.push(error);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((done) => output.apply(done));
}

/** One of each component that asks Azure something. */
function everything() {
    const platform = new ConfidentialPlatform("platform", {
        location: "westeurope",
        enclavePools: pools,
        runSample: true,
        monitoring: {},
        attestationMonitoring: { flavour: "azureManaged" },
    });
    const workspaceId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Monitor/accounts/shared";
    new ConfidentialPlatform("there", {
        existing: { resourceGroupName: "group", clusterName: "aks" },
        enclavePools: pools,
        quoteHelper: { image: "r.example/aesm:1" },
        attestationMonitoring: { flavour: "azureManaged", azure: { workspaceId } },
    });
    const cluster = new ConfidentialCluster("cluster", { location: "westeurope", enclavePools: pools });
    const withLogin = new ExistingCluster("entra", {
        resourceGroupName: "group",
        clusterName: "aks",
        kubeLogin: "azurecli",
        enclavePools: pools,
    });
    const image = new EnclaveImage("app", {
        resourceGroupName: "group",
        registryName: "registry",
        repository: "apps/app",
        context: resolve("images/attestation-sample"),
    });
    return { platform, cluster, withLogin, image };
}

/** Everything that is still on its way when the components exist. */
async function settle(): Promise<void> {
    const { waitForRPCs } = require("@pulumi/pulumi/runtime/settings") as { waitForRPCs: () => Promise<void> };
    await waitForRPCs();
    await new Promise((done) => setTimeout(done, 50));
}

describe("components under mocks as people write them", () => {
    it.each<[string, pulumi.runtime.Mocks["call"]]>([
        ["the inputs", ({ inputs }) => inputs as object],
        ["nothing", () => ({})],
    ])("call answers %s: no error, and a kubeconfig that leads nowhere", async (_what, call) => {
        await pulumi.runtime.setMocks({ newResource, call });
        rejections.length = 0;
        const { cluster, withLogin, image } = everything();
        expect(await valueOf(cluster.kubeconfig)).toContain("the-mock-answers-no-kubeconfig.invalid");
        expect(await valueOf(withLogin.kubeconfig)).toContain("kubelogin");
        expect(await valueOf(cluster.oidcIssuerUrl)).toBeUndefined();
        expect(await valueOf(image.image)).toMatch(/^registry\.azurecr\.io\//);
        await settle();
        expect(rejections).toEqual([]);
    });

    it("the mock of docs/unit-tests.md answers all that components ask", async () => {
        const page = readFileSync("docs/unit-tests.md", "utf8");
        const source = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
        const { outputText } = ts.transpileModule(source, {
            compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
        });
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own lines
        const run = new Function("require", "exports", outputText) as (...args: unknown[]) => void;
        run(require, {});
        rejections.length = 0;
        const { platform, cluster, withLogin, image } = everything();
        expect(await valueOf(cluster.kubeconfig)).toContain("token: not-real");
        expect(await valueOf(withLogin.kubeconfig)).toContain("azurecli");
        expect(await valueOf(cluster.oidcIssuerUrl)).toBe("https://issuer.example/");
        expect(await valueOf(platform.kubeletPrincipalId)).toBe("principal-of-kubelets");
        expect(await valueOf(image.image)).toMatch(/^registry\.azurecr\.io\//);
        await settle();
        expect(rejections).toEqual([]);
    });
});
