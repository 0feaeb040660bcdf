// A cluster with SGX, the device plugin, the quote helper, and a Deployment of your own that attests out-of-process.
//
// `pulumi install` makes the SDK of the package that Pulumi.yaml names, in sdks/confidential-aks.
package main

import (
	"github.com/OWNER/confidential-aks/sdk/go/confidentialaks"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cluster, err := confidentialaks.NewConfidentialCluster(ctx, "team-b", &confidentialaks.ConfidentialClusterArgs{
			Location: pulumi.String("westeurope"),
			EnclavePools: []confidentialaks.EnclavePoolArgs{
				{Name: "enclave", VmSize: "Standard_DC4s_v3", Count: pulumi.IntRef(2)},
			},
		})
		if err != nil {
			return err
		}
		// Known in every preview: no edit of the cluster shows an object on it as changed.
		provider, err := kubernetes.NewProvider(ctx, "team-b", &kubernetes.ProviderArgs{
			Kubeconfig:        cluster.Kubeconfig,
			ClusterIdentifier: cluster.ClusterId,
		})
		if err != nil {
			return err
		}
		onCluster := pulumi.Composite(
			pulumi.Providers(provider), pulumi.DependsOn([]pulumi.Resource{cluster}), pulumi.DeletedWith(cluster))
		plugin, err := confidentialaks.NewSgxDevicePlugin(ctx, "plugin", nil, onCluster)
		if err != nil {
			return err
		}
		quoting, err := confidentialaks.NewSgxQuoteHelper(ctx, "aesm", &confidentialaks.SgxQuoteHelperArgs{
			Image: pulumi.String("example.azurecr.io/sgx/aesm:2.29.100.1"),
		}, onCluster)
		if err != nil {
			return err
		}

		labels := pulumi.StringMap{"app": pulumi.String("enclave-app")}
		attested := confidentialaks.WithAttestationOutput(ctx, confidentialaks.WithAttestationOutputArgs{
			Workload: pulumi.Map{
				"metadata": pulumi.Map{"labels": labels},
				"spec": pulumi.Map{"containers": pulumi.MapArray{pulumi.Map{
					"name":  pulumi.String("app"),
					"image": pulumi.String("example.azurecr.io/enclaves/app:1.0.0"),
				}}},
			},
			Mode:       confidentialaks.AttestationModeOutOfProcess,
			Containers: pulumi.ToStringArray([]string{"app"}),
			Epc:        pulumi.String("64Mi"),
		})
		// CustomResource takes any kind, and the template as the function returns it.
		app, err := apiextensions.NewCustomResource(ctx, "enclave-app", &apiextensions.CustomResourceArgs{
			ApiVersion: pulumi.String("apps/v1"),
			Kind:       pulumi.String("Deployment"),
			OtherFields: kubernetes.UntypedArgs{"spec": pulumi.Map{
				"replicas": pulumi.Int(3),
				"selector": pulumi.Map{"matchLabels": labels},
				"template": attested.Workload(),
			}},
		}, pulumi.Provider(provider), pulumi.DependsOn([]pulumi.Resource{plugin, quoting}), pulumi.DeletedWith(cluster))
		if err != nil {
			return err
		}
		ctx.Export("app", app.Metadata.Name())
		return nil
	})
}
