//go:build tools

// Package tools pins what is built here: importing the programs puts all they need into go.mod and go.sum.
package tools

import (
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
