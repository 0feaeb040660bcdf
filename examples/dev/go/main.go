// The smallest environment that attests: one node of the smallest DCsv3 size that AKS takes, and a sample that runs on
// it.
//
// `pulumi install` makes the SDK of the package that Pulumi.yaml names, in sdks/confidential-aks.
package main

import (
	"github.com/OWNER/confidential-aks/sdk/go/confidentialaks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		platform, err := confidentialaks.NewConfidentialPlatform(ctx, "confidential-aks",
			&confidentialaks.ConfidentialPlatformArgs{
				Location:  pulumi.String("westeurope"),
				RunSample: pulumi.BoolRef(true),
				EnclavePools: []confidentialaks.EnclavePoolArgs{
					{Name: "enclave", VmSize: "Standard_DC2s_v3", Count: pulumi.IntRef(1)},
				},
				Images: &confidentialaks.PlatformImagesArgs{
					// Unique in all of Azure, so choose your own.
					NewRegistry: &confidentialaks.NewRegistryArgs{Name: pulumi.String("confidentialaksdev")},
				},
			})
		if err != nil {
			return err
		}
		ctx.Export("resourceGroupName", platform.ResourceGroupName)
		ctx.Export("clusterName", platform.ClusterName)
		ctx.Export("kubeconfig", platform.Kubeconfig)
		ctx.Export("sampleJobName", platform.SampleJobName)
		return nil
	})
}
