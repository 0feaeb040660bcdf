import type { AzureCluster, AzurePool, AzureSnapshot } from "../../../doctor/model/azure";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { healthy, type Objects } from "./cluster";

/** What Azure says of the healthy cluster, for a test to change. */
export interface AzureParts {
    cluster: AzureCluster;
    pools: [system: AzurePool, enclave: AzurePool];
    skus: AzureSnapshot["skus"][number][];
    usages: AzureSnapshot["usages"][number][];
    gaps: AzureSnapshot["gaps"][number][];
    /** What Kubernetes has. */
    objects: Objects;
}

/** A healthy cluster of two SGX nodes on Azure, which was asked as well. */
export function onAzure(change: (parts: AzureParts) => void = () => undefined): Snapshot {
    return healthy(2, (objects, snapshot) => {
        const parts: AzureParts = {
            cluster: {
                name: "aks-1",
                resourceGroup: "rg-1",
                location: "westeurope",
                version: "1.36.2",
                provisioningState: "Succeeded",
                powerState: "Running",
                outboundType: "loadBalancer",
                imdsRestriction: "disabled",
            },
            pools: [pool("system", "Standard_D4s_v5", 1), pool("enclave", "Standard_DC2s_v3", 2)],
            skus: ["Standard_DC2s_v3/standardDCSv3Family", "Standard_D4s_v5/standardDSv5Family"].map((each) => {
                const [name = "", family = ""] = each.split("/");
                return { name, family, zones: ["1", "2"], restrictions: [] };
            }),
            usages: [
                { name: "cores", localizedName: "Total Regional vCPUs", used: 8, limit: 50 },
                { name: "standardDCSv3Family", localizedName: "Standard DCSv3 Family vCPUs", used: 4, limit: 16 },
                { name: "lowPriorityCores", localizedName: "Total Regional Spot vCPUs", used: 4, limit: 16 },
            ],
            gaps: [],
            objects,
        };
        change(parts);
        const { cluster, pools, skus, usages, gaps } = parts;
        snapshot.azure = { cluster, pools, skus, usages, gaps };
    });
}

function pool(name: string, vmSize: string, count: number): AzurePool {
    return {
        name,
        vmSize,
        count,
        provisioningState: "Succeeded",
        powerState: "Running",
        autoscaling: false,
        maxSurge: "1",
        zones: ["1", "2"],
    };
}
