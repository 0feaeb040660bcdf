import { readFileSync } from "node:fs";
import type { PackageMetadata } from "./package-schema";

/** The repository, until it has a home: OWNER stands for the account that publishes it. */
const repository = "github.com/OWNER/confidential-aks";

interface Manifest {
    name: string;
    version: string;
    description: string;
    keywords: string[];
    license: string;
}

/** What Pulumi's Registry shows of the package, and what its SDKs are called. */
export function metadata(): PackageMetadata {
    const { name, version, description, keywords, license } = JSON.parse(
        readFileSync("package.json", "utf8"),
    ) as Manifest;
    return {
        name,
        displayName: "Confidential AKS",
        version,
        description,
        keywords: ["kind/component", "category/infrastructure", ...keywords],
        homepage: `https://${repository}`,
        license,
        repository: `https://${repository}`,
        publisher: "OWNER",
        language: {
            nodejs: { packageName: `${name}-sdk`, respectSchemaVersion: true },
            python: {
                packageName: "pulumi_confidential_aks",
                pyproject: { enabled: true },
                respectSchemaVersion: true,
            },
            go: {
                importBasePath: `${repository}/sdk/go/confidentialaks`,
                rootPackageName: "confidentialaks",
                respectSchemaVersion: true,
            },
            csharp: {
                rootNamespace: "Pulumi",
                namespaces: { [name]: "ConfidentialAks" },
                respectSchemaVersion: true,
            },
            java: { basePackage: "com.pulumi", respectSchemaVersion: true },
        },
    };
}
