// Package cpuid is a double of the library by which Intel's EPC hook asks the processor: the tests' machine has no SGX, so this one
// reads the amount of EPC from a file of the test image. Everything else of the hook is Intel's.
package cpuid

import (
	"os"
	"strconv"
	"strings"
)

// EPCFile holds the node's EPC in bytes.
const EPCFile = "/etc/e2e-epc-bytes"

// EPCSection is a range of EPC.
type EPCSection struct{ EPCSize uint64 }

// SGX is what a processor says of its SGX.
type SGX struct {
	Available   bool
	EPCSections []EPCSection
}

// CPU is the processor: with the EPC of the file, or without SGX where there is none.
var CPU = struct{ SGX SGX }{SGX: fromFile()}

func fromFile() SGX {
	text, err := os.ReadFile(EPCFile)
	if err != nil {
		return SGX{}
	}
	size, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return SGX{}
	}
	return SGX{Available: true, EPCSections: []EPCSection{{EPCSize: size}}}
}
