import { describe, expect, test } from "vitest";
import { SgxDevicePlugin, type SgxDevicePluginArgs } from "../../components";
import { devicePluginSpec } from "../../components/device-plugin/spec";
import type { ConfidentialPlatformArgs } from "../../components/platform/args";
import { checkPlatform, platformSpec } from "../../components/platform/spec";
import { construct, one, type Constructed } from "../support/construct";
import { kubernetesTypeErrors } from "../support/kubernetes-types";
import { stackArgs } from "../support/stacks";

/*
 * What the API server makes of the policy, with real scheduler and controllers, is in
 * test/e2e/cluster/startup-taint.e2e.ts.
 */
const on: SgxDevicePluginArgs = { startupTaint: true, kubernetesVersion: "1.36" };
const make = (args: SgxDevicePluginArgs) => construct("preview", () => new SgxDevicePlugin("plugin", args));
const mutating = (resources: Constructed[]) => resources.filter(({ type }) => type.includes(":MutatingAdmission"));

/** As much of the policy as the tests look at. */
interface Spec {
    failurePolicy: string;
    matchConstraints: { objectSelector: unknown };
    matchConditions: { expression: string }[];
}

describe("the startup taint", () => {
    test("is a policy with its binding, and off by default", async () => {
        expect(mutating(await make({}))).toEqual([]);
        const resources = mutating(await make(on));
        expect(resources.map(({ type, name }) => `${type.split(":")[2]!} ${name}`).sort()).toEqual([
            "MutatingAdmissionPolicy plugin-startup-taint",
            "MutatingAdmissionPolicyBinding plugin-startup-taint",
        ]);
        expect(kubernetesTypeErrors(resources)).toEqual([]);
        expect(one(resources, "MutatingAdmissionPolicyBinding").inputs.spec).toEqual({
            policyName: "confidential-aks-sgx-startup-taint",
        });
    });

    test("is for the nodes of the plugin, keeps no node from joining, and leaves the EPC hook alone", async () => {
        const resources = await make({ ...on, nodeSelector: { pool: "enclaves" }, namespace: "quoting" });
        const spec = one(resources, "MutatingAdmissionPolicy").inputs.spec as Spec;
        expect(spec.failurePolicy).toBe("Ignore");
        expect(spec.matchConstraints.objectSelector).toEqual({ matchLabels: { pool: "enclaves" } });
        expect(spec.matchConditions.map(({ expression }) => expression)).toEqual([
            '!(request.userInfo.username == "system:serviceaccount:quoting:sgx-epc-hook")',
        ]);
    });

    test.each([
        [{ startupTaint: true }, "kubernetesVersion", "required"],
        [{ startupTaint: true, kubernetesVersion: "1.35" }, "kubernetesVersion", "invalid"],
        [{ startupTaint: true, kubernetesVersion: "latest" }, "kubernetesVersion", "invalid"],
        [{ kubernetesVersion: "1.36" }, "kubernetesVersion", "notAllowed"],
        [{ startupTaint: false, kubernetesVersion: "1.36" }, "kubernetesVersion", "notAllowed"],
        [{ startupTaint: "yes" as never }, "startupTaint", "invalid"],
    ])("is refused with %j", (args, path, kind) => {
        expect(devicePluginSpec(args).problems.map((problem) => [problem.path, problem.kind])).toEqual([[path, kind]]);
    });
});

describe("in a platform, the startup taint", () => {
    const pool = { name: "enclave", vmSize: "Standard_DC2s_v3", minCount: 1, maxCount: 3 };
    const platform = (change: Partial<ConfidentialPlatformArgs>): ConfidentialPlatformArgs => ({
        location: "westeurope",
        enclavePools: [pool],
        kubernetesVersion: "1.36",
        devicePlugin: { startupTaint: true },
        ...change,
    });
    const paths = (change: Partial<ConfidentialPlatformArgs>) =>
        checkPlatform(platform(change)).problems.map(({ path }) => path);

    test("takes the cluster's version, where that is named", () => {
        expect(paths({})).toEqual([]);
        expect(paths({ kubernetesVersion: undefined })).toEqual(["devicePlugin.kubernetesVersion"]);
        expect(paths({ kubernetesVersion: "1.35" })).toEqual(["devicePlugin.kubernetesVersion"]);
        expect(paths({ kubernetesVersion: "newest" })).toEqual(["kubernetesVersion"]);
        const other = { startupTaint: true, kubernetesVersion: "1.37" };
        expect(paths({ devicePlugin: other })).toEqual(["devicePlugin.kubernetesVersion"]);
        expect(paths({ devicePlugin: other, kubernetesVersion: undefined })).toEqual([]);
    });

    test("ends the warning that the autoscaler may add a node too many", () => {
        const lateEpc = (change: Record<string, unknown>) =>
            platformSpec(stackArgs("prod", change)).spec.cluster.warnings.filter(({ code }) => code === "late-epc");
        expect(lateEpc({})).toHaveLength(2);
        expect(lateEpc({ devicePlugin: { startupTaint: true } })).toEqual([]);
    });
});
