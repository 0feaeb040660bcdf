import { describe, expect, test } from "vitest";
import { ConfidentialCluster, ValidationError, type ConfidentialClusterArgs } from "../../components";
import { construct, constructed, one, unknown, unknownPaths, valueOf, type Mode } from "../support/construct";
import { dcsv3ClusterBody } from "./dcsv3-cluster";

const v3: ConfidentialClusterArgs = {
    location: "westeurope",
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1 }],
};
const v2: ConfidentialClusterArgs = {
    location: "westeurope",
    allowRetiredSizes: true,
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v2", count: 1 }],
};
const make = (mode: Mode, args: ConfidentialClusterArgs) => construct(mode, () => new ConfidentialCluster("c", args));
const types = (resources: { type: string; name: string; parent: string }[]) =>
    resources.map(({ type, name, parent }) => `${type} ${name} < ${parent}`).sort();

describe("a DCsv3 cluster", () => {
    test("is a resource group, an identity without any role, the cluster, its pool, the provider and what the state remembers, all below the component", async () => {
        expect(types(await make("preview", v3))).toEqual([
            "azure-native:containerservice:AgentPool c-enclave < c",
            "azure-native:containerservice:ManagedCluster c < c",
            "azure-native:managedidentity:UserAssignedIdentity c-control-plane < c",
            "azure-native:resources:ResourceGroup c < c",
            "confidential-aks:index:ConfidentialCluster c < project-stack",
            "pulumi:index:Stash c-cluster-body < c",
            "pulumi:index:Stash c-first-version < c",
            "pulumi:index:Stash c-pool-owner < c",
            "pulumi:providers:kubernetes c-kubernetes < c",
        ]);
    });

    test("sends this body of the cluster", async () => {
        const { inputs } = one(await make("update", v3), "ManagedCluster");
        expect(inputs).toEqual(dcsv3ClusterBody);
    });

    test("sends this body of the pool, whose replacement is created first", async () => {
        const pool = one(await make("update", v3), "AgentPool");
        expect(pool.inputs).toEqual({
            resourceGroupName: "c",
            resourceName: "c",
            agentPoolName: "enclavepu7p",
            mode: "User",
            type: "VirtualMachineScaleSets",
            osType: "Linux",
            osSKU: "Ubuntu",
            osDiskType: "Managed",
            vmSize: "Standard_DC2s_v3",
            count: 1,
            enableAutoScaling: false,
            nodeTaints: [],
            nodeLabels: {
                "confidential-aks/sgx": "true",
                "confidential-aks/pool": "enclave",
                "confidential-aks/owner": "project.stack.c.75a6e7c4",
            },
            upgradeSettings: {
                maxSurge: "1",
                maxUnavailable: "0",
                drainTimeoutInMinutes: 30,
                nodeSoakDurationInMinutes: 0,
                undrainableNodeBehavior: "Schedule",
            },
        });
        expect(pool.options).toEqual({
            dependsOn: ["c", "c", "c-pool-owner"],
            deletedWith: "c",
            ignoreChanges: ["orchestratorVersion"],
            replaceOnChanges: [
                "vmSize",
                "availabilityZones",
                "maxPods",
                "osDiskSizeGB",
                "osDiskType",
                "scaleSetPriority",
                "vnetSubnetID",
                "enableEncryptionAtHost",
            ],
            deleteBeforeReplace: false,
            createTimeout: "45m",
            updateTimeout: "90m",
        });
    });

    test("waits for no role assignment: it has none before there is a cluster", async () => {
        const resources = await make("preview", v3);
        expect(resources.filter(({ type }) => type.endsWith(":RoleAssignment"))).toEqual([]);
    });

    test("gives the kubelets' principal id, known while a change is previewed", async () => {
        const { result } = await constructed("update", () => new ConfidentialCluster("c", v3));
        expect(await valueOf(result.kubeletPrincipalId)).toBe("kubelet-of-c");
    });

    test("with a name of its own, is deleted before it is replaced: two cannot have one name", async () => {
        const named = one(await make("preview", { ...v3, clusterName: "mine" }), "ManagedCluster");
        expect(named.options.deleteBeforeReplace).toBe(true);
        expect(one(await make("preview", v3), "ManagedCluster").options.deleteBeforeReplace).toBeUndefined();
    });

    test("marks the kubeconfig secret, and ties the provider to the cluster's id", async () => {
        const { inputs, options } = one(await make("update", v3), "providers:kubernetes");
        expect(inputs.clusterIdentifier).toBe("c-id");
        expect(inputs.kubeconfig).toEqual({ secret: expect.stringContaining("hush-hush-token") as string });
        expect(options.deletedWith).toBe("c");
    });

    test("registers no plain kubeconfig anywhere", async () => {
        const text = JSON.stringify(
            (await make("update", v3)).filter(({ type }) => type !== "pulumi:providers:kubernetes"),
        );
        expect(text).not.toContain("hush-hush-token");
    });

    test("loses no input of the provider, the pool or a role in the preview of an update", async () => {
        const resources = await make("update", { ...v3, tags: { changed: "yes" } });
        expect(resources.flatMap(({ name, inputs }) => unknownPaths(inputs).map((path) => `${name}: ${path}`))).toEqual(
            [],
        );
    });

    test("knows no id and no name in the first preview, and invents none", async () => {
        const { inputs } = one(await make("preview", v3), "AgentPool");
        expect(inputs.resourceName).toBe(unknown);
        expect(inputs.resourceGroupName).toBe(unknown);
        expect(inputs.vmSize).toBe("Standard_DC2s_v3");
    });
});

describe("a DCsv2 cluster", () => {
    test("gets a VNet and node-subnet addresses, because Azure CNI Overlay does not take the series", async () => {
        const resources = await make("update", v2);
        expect(one(resources, "VirtualNetwork").inputs.addressSpace).toEqual({ addressPrefixes: ["10.224.0.0/16"] });
        expect(one(resources, "Subnet").inputs).toMatchObject({
            resourceGroupName: "c",
            virtualNetworkName: "c-vnet",
            addressPrefix: "10.224.0.0/20",
        });
        const profile = one(resources, "ManagedCluster").inputs.networkProfile;
        expect(profile).not.toHaveProperty("networkPluginMode");
    });

    test("puts every pool into the subnet, which the control plane may manage", async () => {
        const resources = await make("update", v2);
        expect(one(resources, "AgentPool").inputs.vnetSubnetID).toBe("c-nodes-id");
        const cluster = one(resources, "ManagedCluster");
        expect(cluster.inputs.agentPoolProfiles).toEqual([expect.objectContaining({ vnetSubnetID: "c-nodes-id" })]);
        expect(cluster.options.dependsOn).toContain("c-network");
        expect(one(resources, "RoleAssignment", "c-network").inputs).toEqual({
            principalId: "principal-of-c-control-plane",
            principalType: "ServicePrincipal",
            roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
            scope: "c-nodes-id",
            description: "Network Contributor: the cluster joins its nodes to the subnet",
        });
    });
});

describe("access", () => {
    const group = "11111111-2222-3333-4444-555555555555";

    test("with Entra ID switches local accounts off and calls kubelogin, with no credential in the kubeconfig", async () => {
        const resources = await make("update", { ...v3, entra: { adminGroupObjectIds: [group] } });
        expect(one(resources, "ManagedCluster").inputs).toMatchObject({
            disableLocalAccounts: true,
            aadProfile: { managed: true, enableAzureRBAC: false, adminGroupObjectIDs: [group] },
        });
        const { secret } = one(resources, "providers:kubernetes").inputs.kubeconfig as { secret: string };
        expect(secret).toContain("command: kubelogin");
        expect(secret).toMatch(/- --server-id\n\s+- 6dae42f8-4368-4678-94ff-3960e28e3630\n/);
        expect(secret).toMatch(/- --login\n\s+- azurecli/);
        expect(secret).not.toContain("hush-hush-token");
    });

    test("uses the login mode that is asked for", async () => {
        const args = { ...v3, entra: { azureRbac: true }, kubeLogin: "workloadidentity" as const };
        const { secret } = one(await make("update", args), "providers:kubernetes").inputs.kubeconfig as {
            secret: string;
        };
        expect(secret).toMatch(/- --login\n\s+- workloadidentity/);
    });

    test("to a private API server is private, to a restricted one by ranges", async () => {
        const closed = one(await make("preview", { ...v3, apiServer: { privateCluster: true } }), "ManagedCluster");
        expect(closed.inputs.apiServerAccessProfile).toEqual({
            enablePrivateCluster: true,
            privateDNSZone: "system",
            disableRunCommand: true,
        });
        const ranges = ["203.0.113.0/24"];
        const restricted = one(
            await make("preview", { ...v3, apiServer: { authorizedIpRanges: ranges } }),
            "ManagedCluster",
        );
        expect(restricted.inputs.apiServerAccessProfile).toEqual({
            authorizedIPRanges: ranges,
            disableRunCommand: true,
        });
    });
});

test("a cilium policy engine brings its dataplane", async () => {
    const cluster = one(await make("preview", { ...v3, network: { networkPolicy: "cilium" } }), "ManagedCluster");
    expect(cluster.inputs.networkProfile).toMatchObject({ networkPolicy: "cilium", networkDataplane: "cilium" });
});

test("a range that is given alone decides the others", async () => {
    const network = { mode: "nodeSubnet" as const, vnetCidr: "172.20.0.0/16", serviceCidr: "172.16.0.0/16" };
    const resources = await make("preview", { ...v3, network });
    expect(one(resources, "Subnet").inputs.addressPrefix).toBe("172.20.0.0/20");
    expect(one(resources, "ManagedCluster").inputs.networkProfile).toMatchObject({ dnsServiceIP: "172.16.0.10" });
});

test("a cluster that turns private is replaced, which protect refuses", async () => {
    const { options } = one(await make("preview", v3), "ManagedCluster");
    expect(options.replaceOnChanges).toContain("apiServerAccessProfile.enablePrivateCluster");
});

test("the add-on is switched on with its quote helper, whose switch is text", async () => {
    const { inputs } = one(await make("preview", { ...v3, quoting: "addon" }), "ManagedCluster");
    expect(inputs.addonProfiles).toMatchObject({
        ACCSGXDevicePlugin: { enabled: true, config: { ACCSGXQuoteHelperEnabled: "true" } },
    });
});

test("protect keeps the group and the cluster, not the pools", async () => {
    const resources = await make("preview", { ...v3, protect: true });
    const kept = resources.filter(({ options }) => options.protect === true).map(({ type }) => type.split(":").at(-1));
    expect(kept.sort()).toEqual(["ManagedCluster", "ResourceGroup"]);
});

test("bad arguments register nothing at all", async () => {
    let problem: unknown;
    const resources = await construct("preview", () => {
        try {
            new ConfidentialCluster("c", { ...v3, enclavePools: [{ name: "Bad-Name", vmSize: "standard_dc2s_v3" }] });
        } catch (error) {
            problem = error;
        }
    });
    expect(problem).toBeInstanceOf(ValidationError);
    expect(resources).toEqual([]);
});
