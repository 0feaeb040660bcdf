import { expect, test } from "vitest";
import { ConfidentialPlatform } from "../../components";
import { placeholderWarnings } from "../../components/platform/placeholders";
import { construct } from "../support/construct";
import { stackArgs } from "../support/stacks";

test("each placeholder of the stack prod is named with its path and what it would do", () => {
    const [warning, ...others] = placeholderWarnings(stackArgs("prod"));
    expect(others).toEqual([]);
    expect(warning?.code).toBe("placeholder");
    for (const path of [
        "entra.adminGroupObjectIds[0] (11111111-2222-3333-4444-555555555555): no group has this id",
        "apiServer.authorizedIpRanges[0] (203.0.113.0/24): a range for documentation",
        "jobs[0].image (example.azurecr.io/enclaves/report:1.4.2): no image of yours",
        "images.newRegistry.name (confidentialaksprod): ",
    ])
        expect(warning?.message).toContain(path);
});

test.each([
    { entra: { adminGroupObjectIds: ["8a2d4c1e-7f60-4b7e-9d3c-2f1a5b6c7d8e"] } },
    { apiServer: { authorizedIpRanges: ["203.0.114.0/24", "8.8.8.0/24"] } },
    { images: { newRegistry: { name: "confidentialaksprodours" } } },
    { jobs: [{ name: "report", image: "ours.azurecr.io/report:1", env: { TEXT: "see 203.0.113.0/24" } }] },
])("other values are no placeholders: %j", (args) => {
    expect(placeholderWarnings(args)).toEqual([]);
});

test("an update of the stack prod, whose cluster could not be reached, is refused before anything is registered; a preview is not", async () => {
    const platform = () => new ConfidentialPlatform("p", stackArgs("prod"));
    const registered = await construct("up", () => {
        expect(platform).toThrow(/entra\.adminGroupObjectIds\[0\].*11111111-2222-3333-4444-555555555555/s);
        expect(platform).toThrow(/apiServer\.authorizedIpRanges\[0\].*203\.0\.113\.0\/24/s);
    });
    expect(registered).toEqual([]);
    expect((await construct("preview", platform)).length).toBeGreaterThan(10);
});
