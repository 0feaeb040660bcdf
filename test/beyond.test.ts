import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { Plan } from "../plan/model/format.js";
import { tempDir } from "./support/temp-dirs.js";
import { run } from "./plan/cli.js";

/*
 * The transforms of docs/beyond.md, each run as a program of its own by the offline plan.
 */
const page = readFileSync("docs/beyond.md", "utf8");
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)]
    .map(([, code]) => code ?? "")
    .filter((code) => code.includes("transforms: ["));

async function planOfBlock(code: string): Promise<Plan> {
    const folder = tempDir();
    const modules = join(folder, "node_modules");
    mkdirSync(modules);
    symlinkSync(resolve("."), join(modules, "confidential-aks"));
    symlinkSync(resolve("node_modules/@pulumi"), join(modules, "@pulumi"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: beyond\nruntime: nodejs\nmain: index.js\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "beyond", main: "index.js" }));
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    writeFileSync(join(folder, "index.js"), outputText);
    const { code: status, stdout, stderr } = await run("plan", "--program", folder, "--format", "json");
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Plan;
}

const changed: [type: string, part: object][] = [
    ["azure-native:containerservice:ManagedCluster", { metricsProfile: { costAnalysis: { enabled: true } } }],
    ["azure-native:network:VirtualNetwork", { dhcpOptions: { dnsServers: ["10.0.0.4", "10.0.0.5"] } }],
    [
        "kubernetes:apps/v1:DaemonSet",
        { spec: { template: { metadata: { annotations: { "example.com/team": "security" } } } } },
    ],
];

describe("docs/beyond.md", () => {
    test.each(changed.map(([type, part], index) => [index, type, part] as const))(
        "transform %i changes a %s and nothing else",
        async (index, type, part) => {
            const { resources } = await planOfBlock(blocks[index] ?? "");
            const has = ({ inputs }: Plan["resources"][number]) => {
                try {
                    expect(inputs).toMatchObject(part);
                    return true;
                } catch {
                    return false;
                }
            };
            expect(resources.filter(has).map((resource) => resource.type)).toEqual([type]);
        },
        60_000,
    );

    test("has three of them", () => {
        expect(blocks).toHaveLength(changed.length);
    });
});
