import { expect, test } from "vitest";
import { constructStack } from "../support/stacks";

test.each<[what: string, images: object, agents: string]>([
    ["a registry that exists", { registryName: "shared", agentPoolName: "ours" }, "ours"],
    [
        "a new registry",
        {
            newRegistry: {
                name: "confidentialaksdev",
                sku: "Premium",
                agentPool: { name: "own", tier: "S1", count: 1 },
            },
        },
        "own",
    ],
])("the images are built by the agents of %s that the arguments name", async (_what, images, agents) => {
    const runs = (await constructStack("dev", "update", { images })).filter(({ type }) => type.endsWith(":TaskRun"));
    const asked = runs.map(({ inputs }) => (inputs.runRequest as { agentPoolName?: string }).agentPoolName);
    expect(asked).toEqual([agents, agents, agents, agents]);
});
