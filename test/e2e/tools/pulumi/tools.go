//go:build tools

// Package tools pins what is built here: importing the programs puts all they need into go.mod and go.sum.
package tools

import (
	// What the examples in Go are compiled with.
	_ "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
	_ "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)
