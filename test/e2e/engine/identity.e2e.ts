import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subscription } from "../doubles/azure/azure.js";
import { credentialType } from "../doubles/azure/identities.js";
import { at, textAt } from "../doubles/values.js";
import { typescriptProgram, type Program } from "./program.js";
import type { Project } from "./project.js";
import { changes, summary, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * An identity with several issuers by the real engine: Azure refuses what doubles/azure/identities.ts says. The tests
 * follow each other on one stack.
 */
const text = `
import { readFileSync } from "node:fs";
import { Provider } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { EnclaveIdentity } from "./components";

const { kubeconfig, output, ...args } = JSON.parse(readFileSync("identity.json", "utf8"));
const oidcIssuerUrl = output === undefined ? args.oidcIssuerUrl : pulumi.output(output);
const providers = [new Provider("cluster", { kubeconfig })];
export const { clientId, serviceAccountName } = new EnclaveIdentity("payroll", { ...args, oidcIssuerUrl }, { providers });
`;

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    world.azure.delay = 50;
    const resourceGroupName = "apps";
    await world.azure.put("azure-native:resources:ResourceGroup", `${subscription}/resourceGroups/apps`, {
        resourceGroupName,
        location: "westeurope",
    });
    const base = typescriptProgram();
    const program: Program = {
        ...base,
        write(folder, stack) {
            base.write(folder, stack);
            writeFileSync(join(folder, "index.ts"), text);
        },
    };
    project = await world.project("dev", program);
});
afterAll(() => world.stop());

const issuer = (name: string) => `https://westeurope.oic.prod-aks.azure.com/tenant/${name}/`;

/** Writes the arguments. */
function give(args: object): void {
    const all = { resourceGroupName: "apps", kubeconfig: world.plane.kubeconfig.text, ...args };
    writeFileSync(join(project.folder, "identity.json"), JSON.stringify(all));
}

/** Gives the arguments, and updates; what a preview said before is what was done. */
async function upTo(args: object): Promise<string[]> {
    give(args);
    const previewed = summary(await project.preview());
    const done = await project.up();
    expect(summary(done)).toEqual(previewed);
    expect(words(changes(await project.preview()))).toEqual([]);
    expect(world.azure.requests.filter(({ outcome }) => outcome === "refused")).toEqual([]);
    return previewed.map((word) => word.replace(/payroll-[0-9a-f]{8}$/, "payroll-<digest>"));
}

/** Which tokens the identity trusts, by the last part of the issuer. */
const trusted = () =>
    world.azure
        .all(credentialType)
        .map(({ shown }) => `${textAt(shown, "issuer").split("/").at(-2)} ${textAt(shown, "subject")}`)
        .sort();
const account = (namespace: string, name: string) =>
    world.api.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });

test("four issuers have four credentials, made one after another", async () => {
    const done = await upTo({ oidcIssuerUrl: issuer("a"), otherIssuerUrls: ["b", "c", "d"].map(issuer) });
    expect(done).toEqual([
        ...Array<string>(4).fill("create FederatedIdentityCredential payroll-<digest>"),
        "create ServiceAccount payroll",
        "create UserAssignedIdentity payroll",
        "create kubernetes cluster",
    ]);
    expect(trusted()).toEqual(["a", "b", "c", "d"].map((name) => `${name} system:serviceaccount:default:payroll`));
    const [identity] = world.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const made = (await account("default", "payroll")) ?? {};
    expect(at(made, "metadata.annotations")).toMatchObject({
        "azure.workload.identity/client-id": identity?.shown.clientId,
        "azure.workload.identity/tenant-id": identity?.shown.tenantId,
    });
    expect(made.automountServiceAccountToken).toBe(false);
});

test("issuers that leave the list take their credentials along, and those that move in it keep theirs", async () => {
    const done = await upTo({ oidcIssuerUrl: issuer("c"), otherIssuerUrls: [issuer("a")] });
    expect(done).toEqual(Array<string>(2).fill("delete FederatedIdentityCredential payroll-<digest>"));
    expect(trusted()).toEqual(["a", "c"].map((name) => `${name} system:serviceaccount:default:payroll`));
});

test("a tag touches the identity alone, also in the preview", async () => {
    const done = await upTo({ oidcIssuerUrl: issuer("c"), otherIssuerUrls: [issuer("a")], tags: { team: "a" } });
    expect(done).toEqual(["update UserAssignedIdentity payroll"]);
});

test("another ServiceAccount: the credentials follow it in place", async () => {
    const serviceAccountName = "signer";
    const done = await upTo({ oidcIssuerUrl: issuer("c"), otherIssuerUrls: [issuer("a")], serviceAccountName });
    expect(done).toEqual([
        "replace ServiceAccount payroll",
        ...Array<string>(2).fill("update FederatedIdentityCredential payroll-<digest>"),
        "update UserAssignedIdentity payroll",
    ]);
    expect(trusted()).toEqual(["a", "c"].map((name) => `${name} system:serviceaccount:default:signer`));
    expect(await account("default", "payroll")).toBeUndefined();
});

test("an issuer that is an output: its credential follows it in place", async () => {
    await upTo({ output: issuer("e"), otherIssuerUrls: [issuer("a")], serviceAccountName: "signer" });
    const done = await upTo({ output: issuer("f"), otherIssuerUrls: [issuer("a")], serviceAccountName: "signer" });
    expect(done).toEqual(["update FederatedIdentityCredential payroll-issuer"]);
    expect(trusted()).toEqual(["a", "f"].map((name) => `${name} system:serviceaccount:default:signer`));
});

test("an issuer that is an output and is given twice stops the update before Azure is asked", async () => {
    give({ output: issuer("a"), otherIssuerUrls: [issuer("a")], serviceAccountName: "signer" });
    const { code, stdout, stderr } = await project.update("up");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("already taken: by oidcIssuerUrl");
    expect(world.azure.requests.filter(({ outcome }) => outcome === "refused")).toEqual([]);
});

test("destroy leaves nothing", async () => {
    await project.destroy();
    expect(world.azureResources()).toEqual(["ResourceGroup apps"]);
    expect(await account("default", "signer")).toBeUndefined();
    expect(world.azure.requests.filter(({ outcome }) => outcome === "refused")).toEqual([]);
});
