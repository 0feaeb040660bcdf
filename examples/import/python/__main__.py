"""A cluster with SGX, the device plugin, the quote helper, and a Deployment of your own that attests out-of-process.

`pulumi install` makes the SDK of the package that Pulumi.yaml names, in sdks/confidential-aks.
"""

import pulumi
import pulumi_confidential_aks as confidential_aks
import pulumi_kubernetes as kubernetes

cluster = confidential_aks.ConfidentialCluster(
    "team-b",
    location="westeurope",
    enclave_pools=[
        confidential_aks.EnclavePoolArgs(
            name="enclave", vm_size="Standard_DC4s_v3", count=2
        )
    ],
)
# Known in every preview: no edit of the cluster shows an object on it as changed.
provider = kubernetes.Provider(
    "team-b",
    kubeconfig=cluster.kubeconfig,
    cluster_identifier=cluster.cluster_id,
)
on_cluster = pulumi.ResourceOptions(
    providers=[provider], depends_on=[cluster], deleted_with=cluster
)
plugin = confidential_aks.SgxDevicePlugin("plugin", opts=on_cluster)
quoting = confidential_aks.SgxQuoteHelper(
    "aesm", image="example.azurecr.io/sgx/aesm:2.29.100.1", opts=on_cluster
)

labels = {"app": "enclave-app"}
container = {"name": "app", "image": "example.azurecr.io/enclaves/app:1.0.0"}
pod = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
attested = confidential_aks.with_attestation_output(
    workload=pod,
    mode=confidential_aks.AttestationMode.OUT_OF_PROCESS,
    containers=["app"],
    epc="64Mi",
)
app = kubernetes.apps.v1.Deployment(
    "enclave-app",
    spec=kubernetes.apps.v1.DeploymentSpecArgs(
        replicas=3,
        selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels),
        template=attested.workload,
    ),
    opts=pulumi.ResourceOptions(
        provider=provider, depends_on=[plugin, quoting], deleted_with=cluster
    ),
)
pulumi.export("app", app.metadata.name)
