"""The smallest environment that attests: one node of the smallest DCsv3 size that AKS takes, and a sample on it.

`pulumi install` makes the SDK of the package that Pulumi.yaml names, in sdks/confidential-aks.
"""

import pulumi
import pulumi_confidential_aks as confidential_aks

platform = confidential_aks.ConfidentialPlatform(
    "confidential-aks",
    location="westeurope",
    run_sample=True,
    enclave_pools=[
        confidential_aks.EnclavePoolArgs(
            name="enclave", vm_size="Standard_DC2s_v3", count=1
        )
    ],
    images=confidential_aks.PlatformImagesArgs(
        # Unique in all of Azure, so choose your own.
        new_registry=confidential_aks.NewRegistryArgs(name="confidentialaksdev")
    ),
)
pulumi.export("resourceGroupName", platform.resource_group_name)
pulumi.export("clusterName", platform.cluster_name)
pulumi.export("kubeconfig", platform.kubeconfig)
pulumi.export("sampleJobName", platform.sample_job_name)
