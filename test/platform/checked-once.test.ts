/** That a platform checks the arguments of each of its parts once, and that the parts take over what it found. */
import { beforeEach, expect, test, vi } from "vitest";
import { ConfidentialPlatform } from "../../components/platform/confidential-platform";
import type { Checked } from "../../components/problems";
import { checkedPart, specOf } from "../../components/shared/part";
import { construct } from "../support/construct";

const calls = vi.hoisted(() => new Map<string, number>());

/** The module with its functions counted. */
async function counted(load: () => Promise<object>, ...names: string[]): Promise<object> {
    const module = { ...(await load()) } as Record<string, unknown>;
    for (const name of names) {
        const real = module[name] as (...args: unknown[]) => unknown;
        module[name] = (...args: unknown[]) => {
            calls.set(name, (calls.get(name) ?? 0) + 1);
            return real(...args);
        };
    }
    return module;
}

vi.mock("../../components/cluster/spec", (load) => counted(load, "clusterSpec"));
vi.mock("../../components/cluster/existing-spec", (load) => counted(load, "existingClusterSpec"));
vi.mock("../../components/device-plugin/spec", (load) => counted(load, "devicePluginSpec"));
vi.mock("../../components/quote-helper/spec", (load) => counted(load, "quoteHelperSettings", "quoteHelperSpec"));
vi.mock("../../components/sample/spec", (load) => counted(load, "sampleSettings", "sampleSpec"));
vi.mock("../../components/job/spec", (load) => counted(load, "attestedJobSpec"));
vi.mock("../../components/policies/spec", (load) => counted(load, "attestationPoliciesSpec"));

beforeEach(() => {
    calls.clear();
});

test("a platform checks each part once", async () => {
    await construct("preview", () => {
        new ConfidentialPlatform("sgx", {
            location: "westeurope",
            kubernetesVersion: "1.36",
            enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
            runSample: true,
            jobs: [{ name: "report", image: "example.azurecr.io/report:1", epc: "16Mi" }],
            policies: { namespaces: ["apps"] },
        });
    });
    expect(Object.fromEntries(calls)).toEqual({
        clusterSpec: 1,
        devicePluginSpec: 1,
        quoteHelperSettings: 1,
        sampleSettings: 1,
        attestedJobSpec: 1,
        attestationPoliciesSpec: 1,
    });
});

test("also an existing cluster", async () => {
    await construct("preview", () => {
        new ConfidentialPlatform("sgx", {
            existing: { resourceGroupName: "group", clusterName: "aks" },
            quoting: "none",
            enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
        });
    });
    expect([calls.get("existingClusterSpec"), calls.get("clusterSpec")]).toEqual([1, undefined]);
});

test("a part keeps its spec when the arguments that it was made from change; other arguments are checked", () => {
    const check = ({ epc }: { epc: string }): Checked<string> => ({
        spec: `checked ${epc}`,
        problems: [],
        warnings: [],
    });
    const args = { epc: "16Mi" };
    const part = checkedPart(args, check(args));
    args.epc = "none";
    expect(specOf(part.args, check).spec).toBe("checked 16Mi");
    expect(part.args).toEqual({ epc: "16Mi" });
    expect(specOf(args, check).spec).toBe("checked none");
});
