import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import * as library from "../../components/index.js";
import { ValidationError } from "../../components/problems/index.js";
import { good } from "../config/good-config.js";

/*
 * What no type lets through and JavaScript does, at each argument of each component: a constructor may take it, or
 * refuse it by its problems, and never crash.
 */
const { resources } = JSON.parse(readFileSync("provider/schema.json", "utf8")) as {
    resources: Record<string, { inputProperties?: Record<string, unknown> }>;
};
const image = "example.azurecr.io/app:1";
const enclave = { signer: "1a2b".repeat(16), product: 7, minimumSvn: 3 };
const { enclavePools } = good;
const watched = { namespace: "team-a", daemonSetName: "aesm" };
const bases: Record<string, object> = {
    AttestationMonitoring: { flavour: "prometheusOperator", quoteHelper: watched },
    AttestationPolicies: { namespaces: ["payments"], kubernetesVersion: "1.36" },
    AttestationProvider: { name: "team-a-attests", resourceGroupName: "team-a", enclaves: [enclave] },
    AttestedJob: { image, epc: "32Mi" },
    ConfidentialCluster: { location: "westeurope", enclavePools },
    ConfidentialPlatform: { location: "westeurope", enclavePools, quoting: "none" },
    EnclaveIdentity: { resourceGroupName: "team-a" },
    EnclaveImage: { repository: "app", context: "images/aesm", registryName: "teama", resourceGroupName: "team-a" },
    EnclaveKey: { attestationUrl: "https://a.weu.attest.azure.net", enclave, managedHsmName: "team-a" },
    ExistingCluster: { resourceGroupName: "team-a", clusterName: "team-a", enclavePools },
    NodeProof: { image },
    OpenEnclaveSample: { image },
    SgxDevicePlugin: {},
    SgxQuoteHelper: { image },
};
const shapes = [null, "x", 5, [], [null], [[]], {}, { a: null }];

beforeAll(() =>
    pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) }, "p", "s", true),
);

describe.each(Object.entries(bases))("%s", (component, base) => {
    const { inputProperties = {} } = resources[`confidential-aks:index:${component}`] ?? {};
    const Component = library[component as keyof typeof library] as unknown as new (
        name: string,
        args: object,
    ) => object;

    test("has arguments in the schema", () => {
        expect(Object.keys(inputProperties).length).toBeGreaterThan(2);
    });

    test.each(Object.keys(inputProperties))("%s of another shape is no crash", (key) => {
        for (const value of shapes) {
            try {
                new Component("app", { ...base, [key]: value });
            } catch (error) {
                expect(error, `${key}: ${JSON.stringify(value)}`).toBeInstanceOf(ValidationError);
            }
        }
    });
});
