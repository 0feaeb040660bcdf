import { Config } from "@pulumi/pulumi";
import { ConfidentialPlatform } from "confidential-aks";

const config = new Config();

// A cluster with SGX nodes, Intel's device plugin, the quote helper, and a sample that proves that it attests.
const platform = new ConfidentialPlatform("confidential", {
    location: config.require("location"),
    enclavePools: [{ name: "enclave", vmSize: config.require("vmSize"), count: config.requireNumber("nodeCount") }],
    runSample: true,
});

export const { resourceGroupName, clusterName, kubeconfig, sampleJobName } = platform;
