import { describe, expect, it } from "vitest";
import { fixture, planOfUpdate } from "../plan/cli.js";

describe("the plan of an update", () => {
    it("knows id, name and location besides the inputs, and the rest is unknown", async () => {
        const { outputs } = await planOfUpdate(fixture("full"), "dev");
        expect(outputs).toMatchObject({
            groupId: "group-id",
            clusterName: "cluster",
            fqdn: { $plan: "unknown" },
            location: "westeurope",
        });
    });
});
