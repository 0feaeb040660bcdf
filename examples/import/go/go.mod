module import-example

go 1.25.11

require (
	github.com/OWNER/confidential-aks/sdk/go v0.1.0
	github.com/pulumi/pulumi-kubernetes/sdk/v4 v4.32.0
	github.com/pulumi/pulumi/sdk/v3 v3.259.0
)

replace github.com/OWNER/confidential-aks/sdk/go => ./sdks/confidential-aks
