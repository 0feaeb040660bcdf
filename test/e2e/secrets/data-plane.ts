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

/** Azure's data planes, as far as secrets are concerned, and an identity that runs updates. */
export interface DataPlane {
    attestation: AttestationServiceDouble;
    vault: KeyVaultDouble;
    /** Values that must not appear in clear anywhere. */
    secrets: string[];
    /** The program as that identity runs it. */
    program(program: Program): Program;
    stop(): Promise<void>;
}

/** Azure with its data planes, and no cluster. */
export interface AzureAlone extends DataPlane {
    /** Of an identity that is there. */
    principalId: string;
    project(program: Program): Promise<Project>;
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
    return {
        attestation,
        vault,
        secrets: [operator.secret],
        program: (program) => {
            const options = [program.env.NODE_OPTIONS, network.env.NODE_OPTIONS].filter((each) => each !== undefined);
            const own = { ...network.env, ...entra.env(operator), NODE_OPTIONS: options.join(" ") };
            return { ...program, env: { ...program.env, ...own } };
        },
        stop: () => network.close(),
    };
}

export async function startAzure(): Promise<AzureAlone> {
    const plane = await startDataPlane();
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
        ...plane,
        principalId: textAt(identity.shown, "principalId"),
        project: (program) => {
            const project = new Project("dev", served, plane.program(program));
            projects.push(project);
            return project.init();
        },
        stop: async () => {
            for (const project of projects) project.remove();
            for (const provider of Object.values(served)) provider.stop();
            await plane.stop();
        },
    };
}
