import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scanAsAcr } from "../../components/image/acr-scan";

interface Recorded {
    name: string;
    text: string;
    args?: string[];
    refused?: boolean;
    runtime?: string;
    buildtime?: string[];
}

const { cases } = JSON.parse(readFileSync(join(__dirname, "acr-scan.json"), "utf8")) as { cases: Recorded[] };

describe("the scan reads a Dockerfile as ACR's own does", () => {
    test.each(cases.map((each) => [each.name, each] as const))("%s", (_, each) => {
        const args = Object.fromEntries(
            (each.args ?? []).map((arg) => [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)] as const),
        );
        const { runtime, buildtime, problems } = scanAsAcr(each.text, args);
        expect(problems.length > 0).toBe(each.refused ?? false);
        if (each.refused) return;
        expect({ runtime, buildtime: [...buildtime].sort() }).toEqual({
            runtime: each.runtime,
            buildtime: each.buildtime ?? [],
        });
    });
});
