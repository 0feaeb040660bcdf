import { AttestationServiceDouble } from "../../doubles/azure/attestation-service.js";
import { EntraDouble } from "../../doubles/azure/entra.js";
import { KeyVaultDouble } from "../../doubles/azure/key-vault.js";
import { AzureNetwork } from "../../doubles/azure/network.js";
import { FakeAzure, subscription } from "../doubles/azure/azure.js";
import { azureNativeDouble, version } from "../doubles/azure/provider.js";
import { serveProvider, type ServedProvider } from "../doubles/provider.js";
import type { Program } from "../engine/program.js";
import { textAt } from "../doubles/values.js";
import { Project } from "../engine/project.js";

/** Azure with its data planes, as far as secrets are concerned, and an identity that runs updates. */
export interface DataPlane {
    azure: FakeAzure;
    attestation: AttestationServiceDouble;
    vault: KeyVaultDouble;
    /** Of an identity that is there. */
    principalId: string;
    /** Values that must not appear in clear anywhere. */
    secrets: string[];
    project(program: Program): Promise<Project>;
    stop(): Promise<void>;
}

export const group = "team-a";
const identityId = `${subscription}/resourceGroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/payroll`;

export async function startDataPlane(): Promise<DataPlane> {
    const network = new AzureNetwork();
    const entra = await EntraDouble.start(network);
    const attestation = await AttestationServiceDouble.start(network, entra, { name: "team-a-attests" });
    const vault = await KeyVaultDouble.start(network, entra, { name: "team-a-keys", purgeProtection: false });
    const operator = entra.principal();
    attestation.writers.add(operator.objectId);
    vault.officers.add(operator.objectId);
    const azure = new FakeAzure();
    const location = "westeurope";
    await azure.put("azure-native:resources:ResourceGroup", `${subscription}/resourceGroups/${group}`, {
        resourceGroupName: group,
        location,
    });
    const identity = await azure.put("azure-native:managedidentity:UserAssignedIdentity", identityId, {
        resourceGroupName: group,
        resourceName: "payroll",
        location,
    });
    const served: Record<string, ServedProvider> = {
        "azure-native": await serveProvider(() => azureNativeDouble(azure), version),
    };
    const projects: Project[] = [];
    return {
        azure,
        attestation,
        vault,
        secrets: [operator.secret],
        principalId: textAt(identity.shown, "principalId"),
        project: (program) => {
            const env = { ...program.env, ...network.env, ...entra.env(operator) };
            const project = new Project("dev", served, { ...program, env });
            projects.push(project);
            return project.init();
        },
        stop: async () => {
            for (const project of projects) project.remove();
            for (const provider of Object.values(served)) provider.stop();
            await network.close();
        },
    };
}
