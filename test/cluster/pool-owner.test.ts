import { expect, test } from "vitest";
import { ConfidentialCluster, ExistingCluster } from "../../components";
import { ownerLabel } from "../../components/cluster/pool-owner";
import { construct, one, unknown, type Mode } from "../support/construct";

test("two programs with the same names have two owners, and the names can be read", () => {
    const [one, other] = ["a-uuid", "another-uuid"].map((id) => ownerLabel("shop.prod.sgx", id));
    expect(one).toMatch(/^shop\.prod\.sgx\.[0-9a-f]{8}$/);
    expect(other).toMatch(/^shop\.prod\.sgx\.[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
});

test("an owner that a label cannot hold is made safe", () => {
    for (const names of ["x".repeat(70), `${"x".repeat(53)}-y`, "a b/c", "_shop", "shop_", "", "__"])
        expect(ownerLabel(names, "id")).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
});

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const made = {
    ConfidentialCluster: () => new ConfidentialCluster("c", { location: "westeurope", enclavePools }),
    ExistingCluster: () => new ExistingCluster("c", { resourceGroupName: "rg", clusterName: "aks", enclavePools }),
};

const ownerIn = async (mode: Mode, build: () => unknown) => {
    const { inputs } = one(await construct(mode, build), "AgentPool");
    return (inputs.nodeLabels as Record<string, unknown>)["confidential-aks/owner"];
};

test.each(Object.entries(made))("of a %s the owner is unknown in a first preview alone", async (_, build) => {
    expect(await ownerIn("preview", build)).toBe(unknown);
    expect(await ownerIn("update", build)).toBe(ownerLabel("project.stack.c", "c-pool-owner-id"));
    expect(await ownerIn("up", build)).toBe(ownerLabel("project.stack.c", "c-pool-owner-id"));
});

test("other names of project, stack or component are no change of the owner", async () => {
    const { options } = one(await construct("update", made.ConfidentialCluster), ":Stash", "c-pool-owner");
    expect(options.ignoreChanges).toEqual(["input"]);
});
