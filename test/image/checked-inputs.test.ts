import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { EnclaveImageArgs } from "../../components/image/args";
import { checkRegistry } from "../../components/image/check-registry";
import { checkedRegistry } from "../../components/image/checked-inputs";
import { EnclaveImage } from "../../components/image/enclave-image";
import { registryOf } from "../../components/image/registry";
import { registrySpec, type RegistrySpec } from "../../components/image/spec";
import { constructed, one, valueOf } from "../support/construct";
import { expectRejected } from "../support/failure";
import { imageFolder } from "./support";

const folder = imageFolder();
const later = <T>(value: T) => pulumi.output(value);
const inGroup = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const subnetId = `${inGroup}/virtualNetworks/v/subnets/s`;
const privateDnsZoneId = `${inGroup}/privateDnsZones/privatelink.azurecr.io`;
const sku = "Premium" as const;

type RegistryArgs = Pick<EnclaveImageArgs, "registryName" | "newRegistry" | "loginServer" | "agentPoolName">;
type Row = [path: string, args: RegistryArgs, read: (spec: RegistrySpec) => unknown];

const bad: Row[] = [
    ["registryName", { registryName: later("mine.azurecr.io") }, (spec) => spec.existingName],
    [
        "loginServer",
        { registryName: "shared", loginServer: later("https://shared.azurecr.io") },
        (spec) => spec.loginServer,
    ],
    ["agentPoolName", { registryName: "shared", agentPoolName: later("a") }, (spec) => spec.agentPoolName],
    ["newRegistry.name", { newRegistry: { name: later("my-registry") } }, (spec) => spec.newName],
    [
        "newRegistry.privateEndpoint.subnetId",
        { newRegistry: { sku, privateEndpoint: { subnetId: later("s") }, agentPool: { subnetId } } },
        (spec) => spec.privateEndpoint?.subnetId,
    ],
    [
        "newRegistry.privateEndpoint.privateDnsZoneId",
        {
            newRegistry: {
                sku,
                privateEndpoint: { subnetId, privateDnsZoneId: later(`${inGroup}/privateDnsZones/azurecr.io`) },
                agentPool: { subnetId },
            },
        },
        (spec) => spec.privateEndpoint?.privateDnsZoneId,
    ],
    [
        "newRegistry.agentPool.subnetId",
        { newRegistry: { sku, agentPool: { subnetId: later("s") } } },
        (spec) => spec.agentPool?.subnetId,
    ],
];

const specOf = (args: RegistryArgs) => registrySpec({ resourceGroupName: "group", ...args });

describe("a bad output of a registry's arguments stops the program when it is known", () => {
    test.each(bad)("%s", async (path, args, read) => {
        expect(checkRegistry(args)).toEqual([]);
        const checked = (under: string) => read(checkedRegistry({ subject: "the test", under }, specOf(args)));
        await expectRejected(checked(""), path);
        await expectRejected(checked("images"), `images.${path}`);
    });
});

test("good outputs reach the resources as they are", async () => {
    const { resources, result } = await constructed(
        "update",
        () =>
            new EnclaveImage("aesm", {
                context: folder.path,
                repository: "sgx/aesm",
                resourceGroupName: "group",
                newRegistry: {
                    name: later("mine1"),
                    sku,
                    privateEndpoint: { subnetId: later(subnetId), privateDnsZoneId: later(privateDnsZoneId) },
                    agentPool: { subnetId: later(subnetId) },
                },
            }),
    );
    expect(await valueOf(result.registryName)).toBe("mine1");
    expect(one(resources, ":PrivateEndpoint").inputs.subnet).toMatchObject({ id: subnetId });
    const [zone] = one(resources, ":PrivateDnsZoneGroup").inputs.privateDnsZoneConfigs as object[];
    expect(zone).toMatchObject({ privateDnsZoneId });
    expect(one(resources, ":AgentPool").inputs.virtualNetworkSubnetResourceId).toBe(subnetId);
});

test("what a component uses of a registry that exists is checked", async () => {
    const args = { registryName: "shared", loginServer: later("https://shared"), agentPoolName: later("a") };
    const place = { subject: "the test", under: "", component: "c", child: {}, aliases: undefined };
    const { loginServer, agentPoolName } = registryOf(specOf(args), place);
    await expectRejected(loginServer, "loginServer");
    await expectRejected(agentPoolName, "agentPoolName");
});
