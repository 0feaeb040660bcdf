import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { beforeClusterUpdate } from "../../components/cluster/before-update";
import { refusedSystemPool } from "../../components/cluster/fixed-system-pool";

const pool = { name: "agentpool", vmSize: "Standard_D4s_v5", availabilityZones: ["1", "2"], osDiskSizeGB: 128 };
const other = { name: "enclaveabcd", vmSize: "Standard_DC4s_v3" };
const refused = (change: object) => refusedSystemPool([pool, other], [{ ...pool, ...change }], "urn:cluster");

it.each([
    ["systemPool.vmSize from Standard_D4s_v5 to Standard_D8s_v5", { vmSize: "Standard_D8s_v5" }],
    ["systemPool.availabilityZones from 1,2 to none", { availabilityZones: undefined }],
    ["systemPool.osDiskSizeGb from 128 to 256", { osDiskSizeGB: 256 }],
    ["security.encryptionAtHost from false to true", { enableEncryptionAtHost: true }],
    ["systemPool.name system", { name: "system" }],
])("%s is refused before the update, with both ways out", (text, change) => {
    expect(refused(change)).toContain(`${text}. What to do: set it back, or `);
    expect(refused(change)).toContain("pulumi up --replace 'urn:cluster'");
});

it("encryption at host is refused in both directions", () => {
    expect(refusedSystemPool([{ ...pool, enableEncryptionAtHost: true }], [pool], "urn")).toContain(
        "from true to false",
    );
});

it.each([
    ["other numbers and taints", { count: 3, nodeTaints: [] }],
    ["zones in another order", { availabilityZones: ["2", "1"] }],
    ["what AKS has filled in", { osDiskSizeGB: undefined, enableEncryptionAtHost: false }],
])("%s pass", (_, change) => {
    expect(refused(change)).toBeUndefined();
});

it("the hook before an update of the cluster stops there", async () => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
    Object.assign(pulumi.runtime.getMonitor() as object, { registerErrorHook: () => undefined });
    const [hook] = beforeClusterUpdate("c", undefined, {} as pulumi.Resource);
    // The mocks do not register it.
    const { callback, __registered } = hook as pulumi.ResourceHook & { __registered: Promise<unknown> };
    __registered.catch(() => undefined);
    const update = async (vmSize: string) => {
        const bodies = [pool, { ...pool, vmSize }].map((profile) => ({ agentPoolProfiles: [profile] }));
        const [oldInputs, newInputs] = bodies;
        await callback({ urn: "urn:cluster", oldInputs, newInputs } as unknown as pulumi.ResourceHookArgs);
    };
    await expect(update("Standard_D8s_v5")).rejects.toThrow("systemPool.vmSize from Standard_D4s_v5");
    await expect(update(pool.vmSize)).resolves.toBeUndefined();
});
