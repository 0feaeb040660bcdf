import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { tool, toolFolder } from "../support/tools.js";
import { made, planned, programIn, startPreviews, useInstalled, type Previews } from "./previews.js";
import { installedPlugin } from "./yaml.js";

/*
 * The examples in YAML and the templates of `pulumi new`, previewed by the real CLI with the packed package. A preview
 * refuses an argument that does not exist.
 */
let previews: Previews;
const work = mkdtempSync(join(tmpdir(), "confidential-aks-programs-"));
beforeAll(async () => {
    previews = await startPreviews();
});
afterAll(() => {
    previews.stop();
    rmSync(work, { recursive: true, force: true });
});

describe.each(["import", "dev"])("examples/%s in YAML", (example) => {
    const folder = `examples/${example}/yaml`;

    test("makes what the example in TypeScript makes", async () => {
        const project = await previews.project(programIn({ folder, change: useInstalled }));
        expect(made(await project.preview())).toEqual(planned(example));
    });

    test("is refused with an argument that does not exist", async () => {
        const change = (copy: string) => {
            useInstalled(copy);
            const file = join(copy, "Pulumi.yaml");
            writeFileSync(file, readFileSync(file, "utf8").replace("vmSize", "vmSise"));
        };
        const project = await previews.project(programIn({ folder, change }));
        const { code, stdout, stderr } = await project.run("preview", "--stack", "dev");
        expect(code).toBe(1);
        expect(stdout + stderr).toContain("vmSise");
    });
});

describe.each(["typescript", "yaml"])("the template in %s", (language) => {
    const template = resolve("templates", language);
    const { config } = (parse(readFileSync(join(template, "Pulumi.yaml"), "utf8")) as { template: { config: object } })
        .template;

    /** What `pulumi new` makes of it in an empty folder. */
    function generated(): string {
        const folder = join(work, language);
        mkdirSync(folder);
        const args = ["new", template, "--generate-only", "--yes", "--non-interactive", "--name=my-enclaves"];
        const env = {
            ...process.env,
            PATH: [resolve("test/e2e/doubles/bin"), toolFolder("yaml"), process.env.PATH].join(delimiter),
            PULUMI_HOME: join(work, "home"),
            PULUMI_BACKEND_URL: `file://${work}`,
            PULUMI_CONFIG_PASSPHRASE: "",
            PULUMI_SKIP_UPDATE_CHECK: "true",
        };
        execFileSync(tool("pulumi"), [...args, "--description=My enclaves"], { cwd: folder, env, encoding: "utf8" });
        return folder;
    }

    /** The packages that the program names, as its package manager would install them. */
    function install(folder: string): void {
        const packages = join(folder, "node_modules");
        mkdirSync(packages);
        for (const name of ["@pulumi", "@types", "typescript"])
            symlinkSync(resolve("node_modules", name), join(packages, name));
        symlinkSync(installedPlugin(), join(packages, "confidential-aks"));
    }

    test("makes a project that previews one platform, with the configuration that it asks for", async () => {
        const folder = generated();
        const project = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
        expect(project).toMatchObject({ name: "my-enclaves", description: "My enclaves" });
        expect(project).not.toHaveProperty("template");
        const values = Object.entries(config).map(([key, { default: value }]: [string, { default: string }]) => [
            `my-enclaves:${key}`,
            value,
        ]);
        const change = language === "yaml" ? useInstalled : install;
        const settings = Object.fromEntries(values) as Record<string, unknown>;
        const started = await previews.project(programIn({ folder, config: settings, change }));
        const steps = await started.preview();
        expect(steps.map(({ type }) => type)).toContain("confidential-aks:index:ConfidentialPlatform");
        const pool = steps.find(({ type }) => type === "azure-native:containerservice:AgentPool");
        expect(pool?.inputs).toMatchObject({ vmSize: "Standard_DC2s_v3", count: 1 });
        if (language === "typescript") {
            const tsc = resolve("node_modules/typescript/bin/tsc");
            expect(
                execFileSync(process.execPath, [tsc, "--noCheck", "false"], { cwd: started.folder, encoding: "utf8" }),
            ).toBe("");
        }
    });
});
