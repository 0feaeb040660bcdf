// The smallest environment that attests: one node of the smallest DCsv3 size that AKS takes, and a sample that runs on
// it.
import { ConfidentialPlatform } from "confidential-aks";

const platform = new ConfidentialPlatform("confidential-aks", {
    location: "westeurope",
    runSample: true,
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1 }],
    // Unique in all of Azure, so choose your own.
    images: { newRegistry: { name: "confidentialaksdev" } },
});

export const { resourceGroupName, clusterName, kubeconfig, sampleJobName } = platform;
