import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ConfidentialCluster, EnclaveIdentity, type EnclaveIdentityArgs } from "../../components";
import { armErrors, armSchemas } from "../support/arm";
import {
    construct,
    constructed,
    one,
    typeAndName,
    unknown,
    unknownPaths,
    valueOf,
    waitsFor,
} from "../support/construct";
import { failureOf } from "../support/failure";
import { kubernetesTypeErrors } from "../support/kubernetes-types";

const issuer = (name: string) => `https://westeurope.oic.prod-aks.azure.com/tenant/${name}/`;
const args: EnclaveIdentityArgs = { resourceGroupName: "group", oidcIssuerUrl: issuer("a") };
const three = { otherIssuerUrls: [issuer("b"), issuer("c")] };
const make = (more: Partial<EnclaveIdentityArgs> = {}, mode: "preview" | "update" | "up" = "update") =>
    construct(mode, () => new EnclaveIdentity("payroll", { ...args, ...more }));
const credentialsIn = (resources: Awaited<ReturnType<typeof make>>) =>
    resources.filter(({ type }) => type.endsWith(":FederatedIdentityCredential"));
const isAzure = ({ type }: { type: string }) => type.startsWith("azure-native:");

describe("an enclave identity", () => {
    test("is an identity, a credential for each issuer, and a ServiceAccount", async () => {
        const resources = await make(three);
        expect(
            resources.map(
                ({ type, name, parent }) => `${type} ${name.replace(/-[0-9a-f]{8}$/, "-<digest>")} < ${parent}`,
            ),
        ).toEqual([
            "confidential-aks:index:EnclaveIdentity payroll < project-stack",
            "azure-native:managedidentity:UserAssignedIdentity payroll < payroll",
            "kubernetes:core/v1:ServiceAccount payroll < payroll",
            ...Array<string>(3).fill(
                "azure-native:managedidentity:FederatedIdentityCredential payroll-<digest> < payroll",
            ),
        ]);
        expect(kubernetesTypeErrors(resources.filter(({ type }) => type.startsWith("kubernetes:")))).toEqual([]);
    });

    test("trusts the tokens of its ServiceAccount from each issuer, in order, for Entra ID alone", async () => {
        const trusted = (at: string) => ({
            issuer: issuer(at),
            subject: "system:serviceaccount:payments:signer",
            audiences: ["api://AzureADTokenExchange"],
            resourceName: "payroll",
            resourceGroupName: "group",
        });
        const resources = await make({ ...three, namespace: "payments", serviceAccountName: "signer" });
        expect(credentialsIn(resources).map(({ inputs }) => inputs)).toEqual([
            trusted("a"),
            trusted("b"),
            trusted("c"),
        ]);
    });

    test("makes its credentials one after another, and each before what uses the ServiceAccount's name", async () => {
        const { resources, result } = await constructed(
            "update",
            () => new EnclaveIdentity("payroll", { ...args, ...three }),
        );
        const credentials = credentialsIn(resources);
        const [first, second, third] = credentials.map(({ name }) => name);
        const before = credentials.map(({ options }) => options.dependsOn.filter((name) => name !== "payroll"));
        expect(before).toEqual([[], [first], [first, second].sort()]);
        expect(await waitsFor(result.serviceAccountName)).toEqual(
            expect.arrayContaining([first, second, third, "payroll"]),
        );
    });

    test("makes them one after another also where the component itself waits for something", async () => {
        const resources = await construct("update", () => {
            const earlier = new EnclaveIdentity("earlier", args);
            new EnclaveIdentity("payroll", { ...args, ...three }, { dependsOn: earlier });
        });
        const credentials = credentialsIn(resources).filter(({ name }) => name.startsWith("payroll-"));
        const own = credentials.map(({ name }) => name);
        const before = credentials.map(({ options }) => options.dependsOn.filter((name) => own.includes(name)));
        expect(before).toEqual([[], [own[0]], own.slice(0, 2).sort()]);
        for (const { options } of credentials) expect(options.dependsOn).toContain("earlier");
    });

    test("has a ServiceAccount with the annotations of the identity webhook, and no token for the API server", async () => {
        const { metadata, automountServiceAccountToken } = one(await make(), ":ServiceAccount").inputs;
        expect(automountServiceAccountToken).toBe(false);
        expect(metadata).toMatchObject({
            name: "payroll",
            namespace: "default",
            annotations: {
                "azure.workload.identity/client-id": "client-of-payroll",
                "azure.workload.identity/tenant-id": "tenant",
            },
        });
    });

    test("gives the ids of the identity and the name of the ServiceAccount", async () => {
        const { result } = await constructed(
            "update",
            () => new EnclaveIdentity("payroll", { ...args, namespace: "payments" }),
        );
        const { clientId, principalId, tenantId, identityId, namespace, serviceAccountName } = result;
        const outputs = [clientId, principalId, tenantId, identityId, namespace, serviceAccountName];
        expect(await Promise.all(outputs.map(valueOf))).toEqual([
            ...["client-of-payroll", "principal-of-payroll", "tenant", "payroll-id", "payments", "payroll"],
        ]);
        expect(await typeAndName(result.identity)).toBe("azure-native:managedidentity:UserAssignedIdentity payroll");
        expect(await typeAndName(result.serviceAccount)).toBe("kubernetes:core/v1:ServiceAccount payroll");
        expect(result.credentials).toHaveLength(1);
    });

    test("shows nothing as unknown in the preview of a change: no name, no id and no annotation", async () => {
        for (const { inputs } of await make({ ...three, tags: { team: "a" } }))
            expect(unknownPaths(inputs)).toEqual([]);
    });

    test("previews what is made: the annotations are unknown then, the ServiceAccount's name is not", async () => {
        const { resources, result } = await constructed("preview", () => new EnclaveIdentity("payroll", args));
        expect(unknownPaths(one(resources, ":ServiceAccount").inputs.metadata).sort()).toEqual([
            "annotations.azure.workload.identity/client-id",
            "annotations.azure.workload.identity/tenant-id",
        ]);
        expect(await valueOf(result.clientId)).toBe(unknown);
        expect(await valueOf(result.serviceAccountName)).toBe("payroll");
    });

    test("takes the issuer of a cluster of the same program, and goes to that cluster", async () => {
        const resources = await construct("update", () => {
            const cluster = new ConfidentialCluster("sgx", {
                location: "westeurope",
                enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
            });
            const { resourceGroupName, oidcIssuerUrl } = cluster;
            new EnclaveIdentity("payroll", { resourceGroupName, oidcIssuerUrl }, cluster.workloadOptions());
        });
        const [credential] = credentialsIn(resources);
        expect(credential?.name).toBe("payroll-issuer");
        expect(credential?.inputs.issuer).toMatch(/^https:\/\/issuer\.example\/.+\/$/);
        expect(one(resources, ":ServiceAccount", "payroll").options.provider).toBe("sgx-kubernetes");
    });

    test.skipIf(armSchemas === undefined)("has bodies that Azure's schema accepts", async () => {
        const azure = (await make({ ...three, location: "westeurope", tags: { team: "a" } }, "up")).filter(isAzure);
        expect(azure).toHaveLength(4);
        expect(azure.flatMap(({ type, inputs }) => armErrors(type, inputs))).toEqual([]);
    });
});

describe("a credential", () => {
    const names = async (more: Partial<EnclaveIdentityArgs>) =>
        Object.fromEntries(
            credentialsIn(await make(more)).map(({ name, inputs }) => [inputs.issuer as string, name] as const),
        );

    test("keeps its name where its issuer is text, in the list and out of it", async () => {
        const all = await names(three);
        expect(await names({ otherIssuerUrls: [issuer("c"), issuer("b")] })).toEqual(all);
        expect(await names({ oidcIssuerUrl: issuer("c"), otherIssuerUrls: [] })).toEqual({
            [issuer("c")]: all[issuer("c")],
        });
    });

    test("has the name of its place where its issuer is an output, known or not", async () => {
        const outputs = {
            oidcIssuerUrl: pulumi.output(issuer("a")),
            otherIssuerUrls: [issuer("b"), pulumi.output(issuer("c"))],
        };
        const found = await names(outputs);
        expect(found[issuer("a")]).toBe("payroll-issuer");
        expect(found[issuer("b")]).toMatch(/^payroll-[0-9a-f]{8}$/);
        expect(found[issuer("c")]).toBe("payroll-issuer-3");
    });
});

test("a bad component is refused before anything is registered, with all that is wrong", () => {
    const wrong = { resourceGroupName: "", oidcIssuerUrl: "http://a", namespace: "kube-system" };
    const error = failureOf(() => new EnclaveIdentity("Not a name", wrong));
    expect(error.problems.map(({ path }) => path)).toEqual(["name", "resourceGroupName", "oidcIssuerUrl", "namespace"]);
});

test("a name that is none of Kubernetes will do where the ServiceAccount has one of its own, and not every one", () => {
    const refused = (name: string) =>
        failureOf(() => new EnclaveIdentity(name, { ...args, resourceGroupName: "", serviceAccountName: "signer" }))
            .problems;
    expect(refused("Pay_Roll").map(({ path }) => path)).toEqual(["resourceGroupName"]);
    expect(refused("-payroll").map(({ path }) => path)).toEqual(["name", "resourceGroupName"]);
    expect(refused("p".repeat(91)).map(({ path }) => path)).toEqual(["name", "resourceGroupName"]);
});
