import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { YamlProject, type Outcome } from "./preview.js";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
/** An image whose tag is an output that every preview knows. */
const image = {
    type: "confidential-aks:EnclaveImage",
    properties: {
        context: resolve("images/import"),
        buildArgs: { IMAGE: "example.azurecr.io/app:1" },
        repository: "apps/app",
        resourceGroupName: "group",
        registryName: "shared",
    },
};

const errors = ({ diagnostics }: Outcome) =>
    diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
const stackOrPath = /^\s+at |node_modules|\bdist\//m;

describe("what a user of YAML sees", () => {
    let yaml: YamlProject;
    beforeAll(async () => {
        yaml = await YamlProject.start(resolve("pulumi-resource-confidential-aks"));
    });
    afterAll(() => {
        yaml.stop();
    });

    test("of a value that turns out to be wrong: one report, of the component that has it", async () => {
        const network = { subnetId: "${image.tag}" };
        const outcome = await yaml.preview({
            image,
            wrong: { type: "confidential-aks:ConfidentialCluster", properties: { enclavePools, network } },
            right: { type: "confidential-aks:ConfidentialCluster", properties: { enclavePools } },
        });
        expect(outcome.code).not.toBe(0);
        const [report, ...more] = errors(outcome).filter((message) => message.includes("1 problem"));
        expect(more).toEqual([]);
        expect(report).toMatch(
            /^confidential-aks:index:ConfidentialCluster resource 'wrong' has a problem: confidential-aks: 1 problem in cluster "wrong"; the update stops here\.\n {2}network\.subnetId = "[0-9a-f]{16}"\n {4}expected: the resource id of a subnet .*\n {4}fix: .*\n$/,
        );
        expect(outcome.printed).not.toMatch(stackOrPath);
        expect(outcome.made).not.toContain("azure-native:containerservice:ManagedCluster wrong");
    });

    test("of a warning: it is shown under the component", async () => {
        const cluster = { type: "confidential-aks:ConfidentialCluster", properties: { enclavePools } };
        const { code, diagnostics } = await yaml.preview({ cluster });
        expect(code).toBe(0);
        const [warning, ...more] = diagnostics.filter(({ urn, severity }) => severity === "warning" && urn);
        expect(more).toEqual([]);
        expect(warning?.urn).toMatch(/ConfidentialCluster::cluster$/);
        expect(warning?.message).toContain("[retiring-size] enclavePools[0].vmSize: Standard_DC2s_v3");
    });

    test("of a resource that Azure refuses: what Azure says, and no stack", async () => {
        const outcome = await yaml.up({ image });
        expect(outcome.code).not.toBe(0);
        expect(errors(outcome).join("")).toContain("ParentResourceNotFound");
        expect(outcome.printed).not.toMatch(stackOrPath);
    });
});

describe("a fault of the package after the constructor fails the update, which says it and ends", () => {
    let yaml: YamlProject;
    beforeAll(async () => {
        yaml = await YamlProject.start(resolve("test/e2e/languages/failing-plugin.cjs"));
    });
    afterAll(() => {
        yaml.stop();
    });

    test.each([
        ["in-an-apply", "Cannot read properties of undefined (reading 'property')"],
        ["in-a-promise", "a promise that nothing awaits"],
        ["in-a-timer", "is not valid JSON"],
    ])("%s", async (name, says) => {
        const outcome = await yaml.preview({ [name]: { type: "confidential-aks:SgxDevicePlugin" } });
        expect(outcome.code).not.toBe(0);
        const [error, ...more] = errors(outcome);
        expect(error).toContain(`SgxDevicePlugin resource '${name}' has a problem`);
        expect(error).toContain(says);
        expect(more).toEqual([]);
    });
});
