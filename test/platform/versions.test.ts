import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { constructStack } from "../support/stacks";

test("the images of a platform take every version of images/versions.json that their Dockerfile asks for", async () => {
    const resources = await constructStack("dev", "preview");
    const { buildArgs } = resources.find(
        ({ type, name }) => type.endsWith(":EnclaveImage") && name === "confidential-aks-aesm",
    )!.inputs as { buildArgs: Record<string, string> };
    // The one argument that is not a version.
    const asked = [...readFileSync("images/aesm/Dockerfile", "utf8").matchAll(/^ARG (\w+)/gm)]
        .map(([, name]) => name!)
        .filter((name) => name !== "DEBIAN_FRONTEND");
    expect(Object.keys(buildArgs).sort()).toEqual([...new Set(asked)].sort());
});
