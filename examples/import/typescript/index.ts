import { Deployment } from "@pulumi/kubernetes/apps/v1/index.js";
import { ConfidentialCluster, SgxDevicePlugin, SgxQuoteHelper, withAttestation } from "confidential-aks";

const cluster = new ConfidentialCluster("team-b", {
    location: "westeurope",
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC4s_v3", count: 2 }],
});
const onCluster = cluster.workloadOptions();
const plugin = new SgxDevicePlugin("plugin", {}, onCluster);
const quoting = new SgxQuoteHelper("aesm", { image: "example.azurecr.io/sgx/aesm:2.29.100.1" }, onCluster);

const labels = { app: "enclave-app" };
const container = { name: "app", image: "example.azurecr.io/enclaves/app:1.0.0" };
const pod = { metadata: { labels }, spec: { containers: [container] } };
const template = withAttestation(pod, "outOfProcess", { containers: ["app"], epc: "64Mi" });
export const app = new Deployment(
    "enclave-app",
    { spec: { replicas: 3, selector: { matchLabels: labels }, template } },
    cluster.workloadOptions(plugin, quoting),
).metadata.name;
