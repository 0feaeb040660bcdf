// Command generate-sdk writes the SDKs of a Pulumi schema. The code generators are those of Pulumi's own
// `pulumi package gen-sdk`, which calls them through a language host; the hosts of Python and Go are no Go modules
// that a proxy serves.
//
//	generate-sdk SCHEMA FOLDER LANGUAGE...
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi"

// noPackages has no method: a schema that refers to another package would need that plugin to be bound.
type noPackages struct{ schema.ReferenceLoader }

var generators = map[string]func(*schema.Package) (map[string][]byte, error){
	"go": func(pkg *schema.Package) (map[string][]byte, error) { return golang.GeneratePackage(tool, pkg, nil) },
	"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, true, noPackages{})
	},
	"python": func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, noPackages{})
	},
}

func main() {
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: generate-sdk SCHEMA FOLDER LANGUAGE"))
	}
	for _, language := range os.Args[3:] {
		if err := generate(os.Args[1], filepath.Join(os.Args[2], language), language); err != nil {
			fail(fmt.Errorf("%s: %w", language, err))
		}
	}
}

func generate(file, folder, language string) error {
	generator, ok := generators[language]
	if !ok {
		return fmt.Errorf("there is no generator of this language")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	// Bound anew for each language, since a generator changes the package that it is given.
	pkg, diagnostics, err := schema.BindSpec(spec, noPackages{}, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	// As `pulumi package add` sets it: the SDK is a package of its own, with its version and, in Go, a go.mod.
	pkg.SupportPack = true
	files, err := generator(pkg)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "generate-sdk:", err)
	os.Exit(1)
}
