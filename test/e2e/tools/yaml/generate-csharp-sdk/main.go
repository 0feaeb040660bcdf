// Command generate-csharp-sdk writes the C# SDK of a Pulumi schema, with the code generator that Pulumi kept beside the
// CLI until it moved into the language host of .NET, which is no Go module that a proxy serves.
//
//	generate-csharp-sdk SCHEMA FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// noPackages has no method: a schema that refers to another package would need that plugin to be bound.
type noPackages struct{ schema.Loader }

// noNetwork answers the one request of the generator, which is for a logo, with nothing.
type noNetwork struct{}

func (noNetwork) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: request}, nil
}

func main() {
	http.DefaultTransport = noNetwork{}
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: generate-csharp-sdk SCHEMA FOLDER"))
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fail(err)
	}
}

func generate(file, folder string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, noPackages{}, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	files, err := dotnet.GeneratePackage("pulumi", pkg, nil, nil)
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
	fmt.Fprintln(os.Stderr, "generate-csharp-sdk:", err)
	os.Exit(1)
}
