import { AgentPool } from "@pulumi/azure-native/containerservice";
import { Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
// What differs from one revision to the other: the image of some jobs, or of all, or the name of all.
import { images, prefix } from "./data.json";

/*
 * A thousand resources: a pool of enclave nodes, jobs on it with automatic names, and a ConfigMap for
 * each.
 */
new AgentPool("pool", {
    agentPoolName: "enclave",
    resourceGroupName: "team",
    resourceName: "aks",
    vmSize: "Standard_DC4s_v3",
    count: 3,
    mode: "User",
});
images.forEach((image, index) => {
    const settings = new ConfigMap(`${prefix}-settings-${index}`, {
        data: { index: String(index), text: "x".repeat(500) },
    });
    const container = {
        name: "app",
        image,
        env: [{ name: "REGION", value: "westeurope" }],
        resources: { limits: { cpu: "1", memory: "256Mi", "sgx.intel.com/epc": "64Mi", "sgx.intel.com/enclave": "1" } },
        volumeMounts: [{ name: "settings", mountPath: "/etc/app", readOnly: true }],
    };
    const volumes = [{ name: "settings", configMap: { name: settings.metadata.name } }];
    new Job(`${prefix}-${index}`, {
        metadata: { labels: { app: `job-${index}` } },
        spec: {
            backoffLimit: 3,
            template: { spec: { restartPolicy: "Never", containers: [container], volumes } },
        },
    });
});
