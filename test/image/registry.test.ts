import { describe, expect, test } from "vitest";
import { RegistrySku, type EnclaveImageArgs } from "../../components/image/args";
import { EnclaveImage } from "../../components/image/enclave-image";
import type { TaskSpec } from "../../components/image/task";
import { digestOf, taskRunNameOf } from "../../components/image/task-run";
import { armErrors, armSchemas } from "../support/arm";
import { constructed, one, valueOf, type Answered, type Mode } from "../support/construct";
import { imageFolder } from "./support";

const folder = imageFolder();
const tag = "411a4277baee523d";
const run = "azure-native:containerregistry:TaskRun";

function args(rest: Partial<EnclaveImageArgs> = {}): EnclaveImageArgs {
    return { context: folder.path, repository: "sgx/aesm", resourceGroupName: "group", ...rest };
}

async function build(rest: Partial<EnclaveImageArgs>, mode: Mode) {
    const { resources, result } = await constructed(mode, () => new EnclaveImage("aesm", args(rest)));
    return { resources, image: result, byName: (name: string) => one(resources, "", name) };
}

describe("the login server", () => {
    const inChina = { location: "China North 3" };
    const reference = (server: string) => `${server}/sgx/aesm:${tag}`;
    const shared = (loginServer: string): Answered => ({
        "azure-native:containerregistry:getRegistry": () => ({ loginServer, location: "northeurope" }),
    });

    test("of a registry that exists is the one that Azure names, and the run lies where the registry does", async () => {
        const { resources, result } = await constructed(
            "update",
            () => new EnclaveImage("aesm", args({ registryName: "shared", location: "westeurope" })),
            {},
            shared("shared-a1b2c3.azurecr.io"),
        );
        expect(await valueOf(result.image)).toBe(reference("shared-a1b2c3.azurecr.io"));
        expect(one(resources, run).inputs.location).toBe("northeurope");
    });

    test("of a registry that is not there yet follows from its name and its cloud", async () => {
        const { result } = await constructed(
            "update",
            () => new EnclaveImage("aesm", args({ registryName: "shared", ...inChina })),
            {},
            {
                "azure-native:containerregistry:getRegistry": () => {
                    throw new Error("invocation of getRegistry returned an error: Status=404 Code=ResourceNotFound");
                },
            },
        );
        expect(await valueOf(result.image)).toBe(reference("shared.azurecr.cn"));
    });

    test("is not asked for where the arguments name it", async () => {
        const loginServer = "shared-a1b2c3.azurecr.io";
        const { image } = await build({ registryName: "shared", loginServer }, "preview");
        expect(await valueOf(image.image)).toBe(reference(loginServer));
    });

    test("of a registry that is created is what Azure says, and before that what follows from its name", async () => {
        const newRegistry = { name: "mine1" };
        const before = await build({ newRegistry, ...inChina }, "preview");
        expect(await valueOf(before.image.image)).toBe(reference("mine1.azurecr.cn"));
        for (const mode of ["update", "up"] as const) {
            const { result } = await constructed(
                mode,
                () => new EnclaveImage("aesm", args({ newRegistry })),
                {},
                shared("mine1-a1b2c3.azurecr.io"),
            );
            expect(await valueOf(result.image)).toBe(reference("mine1-a1b2c3.azurecr.io"));
        }
    });
});

describe("a run", () => {
    const forceUpdateTag = async (mode: Mode, state: object | undefined, forceRun?: string) => {
        const { resources } = await constructed(
            mode,
            () => new EnclaveImage("aesm", args({ registryName: "shared", forceRun })),
            {},
            {
                "azure-native:containerregistry:getTaskRun": () => {
                    if (state === undefined) throw new Error("Status=404 Code=TaskRunNotFound");
                    return state as Record<string, string>;
                },
            },
        );
        return one(resources, run).inputs.forceUpdateTag;
    };
    const after = (status: string) => ({ runResult: { status, runId: "cb1" }, forceUpdateTag: "earlier" });

    test.each(["Failed", "Canceled", "Error", "Timeout"])("that ended with %s is repeated", async (status) => {
        expect(await forceUpdateTag("up", after(status))).toBe("after-cb1");
        expect(await forceUpdateTag("update", after(status))).toBe("after-cb1");
    });

    test.each(["Succeeded", "Running", "Queued"])("that is %s is left alone", async (status) => {
        expect(await forceUpdateTag("up", after(status))).toBe("earlier");
        expect(await forceUpdateTag("up", { runResult: { status } }, "mine")).toBe("mine");
        expect(await forceUpdateTag("up", { runResult: { status } })).toBeUndefined();
    });

    test("that is not there is made as the arguments say", async () => {
        expect(await forceUpdateTag("up", undefined)).toBeUndefined();
        expect(await forceUpdateTag("up", undefined, "mine")).toBe("mine");
        expect(await forceUpdateTag("preview", after("Failed"), "mine")).toBe("mine");
    });

    test("that Azure calls done without an image stops the program, and the error names its log", () => {
        const at = [{ repository: "sgx/aesm" } as TaskSpec, "sgx-aesm-1", "shared"] as const;
        expect(() => digestOf({ status: "Failed", runId: "cb1" }, ...at)).toThrow(
            /sgx-aesm-1 ended with Failed: "az acr task logs --registry shared --run-id cb1".*"pulumi up" repeats it/,
        );
        expect(() => digestOf({ status: "Timeout" }, ...at)).toThrow(
            /"az acr taskrun logs --registry shared --name sgx-aesm-1"/,
        );
    });
});

describe("a registry closed to the public network", () => {
    const subnet = (name: string) =>
        `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/${name}`;
    const zone = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io";
    const newRegistry = {
        name: "closed1",
        sku: RegistrySku.premium,
        privateEndpoint: { subnetId: subnet("endpoints"), privateDnsZoneId: zone },
        agentPool: { subnetId: subnet("agents") },
        retentionDays: 30,
    };

    test("is built into by its own agents, once its endpoint is there", async () => {
        const { resources, byName } = await build({ newRegistry }, "update");
        expect(byName("aesmregistry").inputs).toMatchObject({
            publicNetworkAccess: "Disabled",
            policies: { retentionPolicy: { days: 30, status: "enabled" } },
        });
        expect(byName("aesm-registry-endpoint").inputs).toMatchObject({
            subnet: { id: subnet("endpoints") },
            privateLinkServiceConnections: [{ privateLinkServiceId: "aesmregistry-id", groupIds: ["registry"] }],
        });
        expect(byName("aesm-registry-zone").inputs).toMatchObject({
            privateDnsZoneConfigs: [{ privateDnsZoneId: zone }],
        });
        expect(byName("aesm-registry-agents").inputs).toMatchObject({
            registryName: "closed1",
            agentPoolName: "builds",
            tier: "S2",
            count: 1,
            virtualNetworkSubnetResourceId: subnet("agents"),
        });
        expect(byName("aesm-build").inputs).toMatchObject({ runRequest: { agentPoolName: "builds" } });
        expect(byName("aesm-build").options.dependsOn).toEqual(
            expect.arrayContaining(["aesm-registry-agents", "aesm-registry-endpoint", "aesm-registry-zone"]),
        );
        if (armSchemas === undefined) return;
        const bodies = resources.filter(({ type }) => type.startsWith("azure-native:"));
        expect(bodies.flatMap(({ type, inputs }) => armErrors(type, inputs))).toEqual([]);
    });
});

describe("the name of a run", () => {
    const task = (rest: Partial<TaskSpec>): TaskSpec => ({
        files: [],
        repository: "a/b",
        tag,
        buildArgs: {},
        timeoutSeconds: 3600,
        ...rest,
    });

    test("tells repositories, forced runs and the ways to build apart, and carries the tag", () => {
        const names = [
            taskRunNameOf(task({})),
            taskRunNameOf(task({ repository: "a-b" })),
            taskRunNameOf(task({ repository: `${"x".repeat(100)}a` })),
            taskRunNameOf(task({ repository: `${"x".repeat(100)}b` })),
            taskRunNameOf(task({ timeoutSeconds: 7200 })),
            taskRunNameOf(task({}), ""),
            taskRunNameOf(task({}), "1"),
        ];
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) {
            expect(name).toMatch(/^[A-Za-z0-9-]{5,50}$/);
            expect(name).toContain(tag);
        }
        expect(taskRunNameOf(task({ repository: "a" }))).toMatch(/^a-/);
    });
});
