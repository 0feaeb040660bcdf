import { Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { RegistrySku, type EnclaveImageArgs } from "../../components/image/args";
import { EnclaveImage } from "../../components/image/enclave-image";
import { roles } from "../../components/shared/role-assignments";
import {
    constructed,
    one,
    typeAndName,
    unknown,
    valueOf,
    waitsFor,
    type Answered,
    type Mode,
} from "../support/construct";
import { imageFolder } from "./support";

const folder = imageFolder();

const tag = "411a4277baee523d";
const run = "azure-native:containerregistry:TaskRun";
const registry = "azure-native:containerregistry:Registry";
const role = "azure-native:authorization:RoleAssignment";

const digest = `sha256:${"2".repeat(64)}`;

/** What is known of a registry that exists: the name that it got, where the arguments set none. */
const existing: Answered = {
    [registry]: ({ registryName = "aesmregistry1a2b3c4d" }) => ({ name: registryName }),
};

/** What azure-native answers after an update. */
const answers: Answered = {
    ...existing,
    [run]: () => ({
        runResult: {
            outputImages: [
                { registry: "r.azurecr.io", repository: "other", digest: "sha256:1" },
                { registry: "r.azurecr.io", repository: "sgx/aesm", tag, digest },
            ],
        },
    }),
};

function args(rest: Partial<EnclaveImageArgs> = {}): EnclaveImageArgs {
    return { context: folder.path, repository: "sgx/aesm", resourceGroupName: "group", ...rest };
}

async function build(
    rest: Partial<EnclaveImageArgs> = {},
    mode: Mode = "up",
    answered: Answered = mode === "up" ? answers : existing,
) {
    const { resources, result } = await constructed(mode, () => new EnclaveImage("aesm", args(rest)), answered);
    return { resources, image: result, byName: (name: string) => one(resources, "", name) };
}

/** The image of a second component, whose registry is the one that the first creates. */
const pullPrincipalId = "12345678-2222-3333-4444-555555555555";

function twoInOne(): EnclaveImage {
    const first = new EnclaveImage("first", args());
    return new EnclaveImage("second", args({ repository: "b", registryName: first.registryName }));
}

describe("EnclaveImage", () => {
    test("creates a registry, the run that builds, and both pull roles", async () => {
        const { resources, byName } = await build({
            pullPrincipalId,
            location: "westeurope",
            tags: { team: "a" },
            timeoutSeconds: 1800,
            forceRun: "again",
        });
        const component = byName("aesm");
        expect(resources.map(({ type, name }) => [type, name]).sort()).toEqual(
            [
                ["confidential-aks:index:EnclaveImage", "aesm"],
                [registry, "aesmregistry"],
                [run, "aesm-build"],
                [role, "aesm-acr-pull"],
                [role, "aesm-repository-reader"],
            ].sort(),
        );
        for (const child of resources.filter((resource) => resource !== component)) expect(child.parent).toBe("aesm");

        expect(byName("aesmregistry")).toMatchObject({
            inputs: {
                resourceGroupName: "group",
                location: "westeurope",
                tags: { team: "a" },
                sku: { name: "Basic" },
                adminUserEnabled: false,
                anonymousPullEnabled: false,
            },
        });
        expect(byName("aesmregistry").options).not.toHaveProperty("deleteBeforeReplace");
        expect(byName("aesmregistry").inputs).not.toHaveProperty("zoneRedundancy");
        expect(byName("aesm-build")).toMatchObject({
            inputs: {
                resourceGroupName: "group",
                registryName: "aesmregistry1a2b3c4d",
                taskRunName: expect.stringMatching(new RegExp(`^sgx-aesm-${tag}-[0-9a-f]{8}$`)),
                location: "westeurope",
                forceUpdateTag: "again",
                runRequest: {
                    type: "EncodedTaskRunRequest",
                    encodedTaskContent: expect.any(String),
                    platform: { os: "Linux", architecture: "amd64" },
                    timeout: 1800,
                },
            },
            options: { createTimeout: "45m", updateTimeout: "45m", hideDiffs: ["runRequest"] },
        });
        expect(byName("aesm-build").options).not.toHaveProperty("deleteBeforeReplace");
        const { runRequest } = byName("aesm-build").inputs as { runRequest: { encodedTaskContent: string } };
        expect(Buffer.from(runRequest.encodedTaskContent, "base64").toString()).toContain(
            `push: ['$Registry/sgx/aesm:${tag}']`,
        );
        for (const [name, { id, description }] of [
            ["aesm-acr-pull", roles.acrPull],
            ["aesm-repository-reader", roles.repositoryReader],
        ] as const) {
            expect(byName(name).inputs).toMatchObject({
                principalId: pullPrincipalId,
                principalType: "ServicePrincipal",
                scope: "aesmregistry-id",
                roleDefinitionId: expect.stringMatching(new RegExp(`/roleDefinitions/${id}$`)),
                description,
            });
        }
    });

    test("creates nothing but the run in a registry that is given", async () => {
        const { resources, image } = await build({ registryName: "Shared1" });
        expect(resources.map(({ type }) => type)).toEqual(["confidential-aks:index:EnclaveImage", run]);
        expect(await valueOf(image.image)).toBe(`shared1.azurecr.io/sgx/aesm:${tag}@${digest}`);
        expect(await valueOf(image.registryName)).toBe("Shared1");
    });

    test("gives pull rights on a registry that is given, in the provider's subscription", async () => {
        const { byName } = await build({ registryName: "shared", pullPrincipalId });
        const scope =
            "/subscriptions/subscription/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/shared";
        expect(byName("aesm-acr-pull").inputs).toMatchObject({
            scope,
            roleDefinitionId: `/subscriptions/subscription/providers/Microsoft.Authorization/roleDefinitions/${roles.acrPull.id}`,
        });
        expect(byName("aesm-repository-reader").inputs).toMatchObject({ scope });
    });

    test("reports tag and digest of its own repository", async () => {
        const { image } = await build();
        expect(await valueOf(image.tag)).toBe(tag);
        expect(await valueOf(image.digest)).toBe(digest);
        expect(await valueOf((await build({ repository: "none" })).image.digest)).toBeUndefined();
        expect(await valueOf((await build({}, "up", {})).image.digest)).toBeUndefined();
    });

    test("makes everything that uses the image wait for the build and the rights", async () => {
        const { image } = await build({ registryName: "shared", pullPrincipalId });
        expect(await waitsFor(image.image)).toEqual(["aesm-acr-pull", "aesm-build", "aesm-repository-reader"]);
        const { resources } = await constructed("up", () => {
            const { image: used } = new EnclaveImage("aesm", args({ registryName: "shared" }));
            return new Registry("user", { resourceGroupName: pulumi.interpolate`${used}`, sku: { name: "Basic" } });
        });
        expect(one(resources, registry, "user").options.dependsOn).toEqual(["aesm-build"]);
    });

    test("runs only after its own registry, also where the name is known before", async () => {
        for (const rest of [{}, { newRegistry: { name: "mine1" } }]) {
            const { byName } = await build(rest);
            expect(byName("aesm-build").options.dependsOn).toEqual(["aesmregistry"]);
        }
    });

    test("frees a given name before it is used again, and takes the tier", async () => {
        const { byName, image } = await build({ newRegistry: { name: "mine1", sku: RegistrySku.premium } });
        expect(byName("aesmregistry")).toMatchObject({
            inputs: { registryName: "mine1", sku: { name: "Premium" } },
            options: { deleteBeforeReplace: true },
        });
        expect(await valueOf(image.image)).toBe(`mine1.azurecr.io/sgx/aesm:${tag}@${digest}`);
    });

    test("gives a program its run and the registry that it creates, and no registry that exists", async () => {
        const created = (await build()).image;
        expect(await typeAndName(created.taskRun)).toBe(`${run} aesm-build`);
        expect(await typeAndName(created.registry!)).toBe(`${registry} aesmregistry`);
        const given = (await build({ registryName: "shared" })).image;
        expect(await typeAndName(given.taskRun)).toBe(`${run} aesm-build`);
        expect(given.registry).toBeUndefined();
    });

    test("keeps the folder's path out of the state: it differs from machine to machine", async () => {
        const { byName } = await build({ registryName: "shared" });
        expect(byName("aesm").inputs).toMatchObject({ context: tag });
        expect(JSON.stringify(byName("aesm-build").inputs)).not.toContain(folder.path);
    });

    test("makes a name for the registry from letters and digits only", async () => {
        const { resources } = await constructed("preview", () => new EnclaveImage("my-sgx.aesm_1", args()));
        expect(one(resources, registry).name).toBe("mysgxaesm1registry");
    });
});

describe("the image reference in previews", () => {
    const expected = `shared.azurecr.io/sgx/aesm:${tag}`;

    test("is known in a first preview of a registry that is given, or named", async () => {
        const given = await build({ registryName: "shared", pullPrincipalId }, "preview");
        expect(await valueOf(given.image.image)).toBe(expected);
        const named = await build({ newRegistry: { name: "shared" } }, "preview");
        expect(await valueOf(named.image.image)).toBe(expected);
        expect(await valueOf(named.image.tag)).toBe(tag);
        expect(await valueOf(named.image.digest)).toBe(unknown);
    });

    test("is unknown in a first preview of a registry without a name", async () => {
        expect(await valueOf((await build({}, "preview")).image.image)).toBe(unknown);
    });

    test("is known in the preview of an update, where ids, names and inputs are all there is", async () => {
        const { image, byName } = await build({ pullPrincipalId }, "update");
        expect(await valueOf(image.image)).toBe(`aesmregistry1a2b3c4d.azurecr.io/sgx/aesm:${tag}`);
        expect(await valueOf(image.digest)).toBe(unknown);
        expect(byName("aesm-acr-pull").inputs).toMatchObject({ scope: "aesmregistry-id" });
    });

    test("is known as soon as an Output with the registry's name is, and checks it then", async () => {
        const { image } = await build({ registryName: pulumi.output("shared") }, "preview");
        expect(await valueOf(image.image)).toBe(expected);
    });

    test("is unknown as long as an Output with the registry's name is", async () => {
        const { result } = await constructed("preview", twoInOne);
        expect(await valueOf(result.image)).toBe(unknown);
    });
});

describe("a registry that another EnclaveImage creates", () => {
    test("takes the second image, which waits for the registry", async () => {
        const { resources, result } = await constructed("up", twoInOne, answers);
        const { name } = one(resources, registry);
        expect(one(resources, run, "second-build").options.dependsOn).toEqual([name]);
        expect(await valueOf(result.image)).toBe(`aesmregistry1a2b3c4d.azurecr.io/b:${tag}`);
    });
});
