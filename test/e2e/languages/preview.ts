import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import { FakeAzure } from "../doubles/azure/azure.js";
import { azureNativeDouble } from "../doubles/azure/provider.js";
import { kubernetesDouble } from "../doubles/kubernetes/provider.js";
import { serveProvider } from "../doubles/provider.js";
import { tool, toolFolder } from "../support/tools.js";

/** A message of the engine. */
interface Diagnostic {
    /** The resource it is about. */
    urn?: string;
    message: string;
    severity: "debug" | "info" | "info#err" | "warning" | "error";
}

/** What `pulumi` made of a program. */
export interface Outcome {
    code: number | null;
    diagnostics: Diagnostic[];
    /** Resources that it would make or made, as `type name`. */
    made: string[];
    /** All that was printed. */
    printed: string;
}

/** A resource of a YAML program. */
export interface YamlResource {
    type: string;
    properties?: object;
    options?: object;
}

interface EngineEvent {
    diagnosticEvent?: Diagnostic;
    resourcePreEvent?: { metadata: { op: string; type: string; urn: string } };
}

/** Programs in YAML in front of one plugin, which the engine attaches to, and of an Azure without a cluster. */
export class YamlProject {
    private readonly folder = mkdtempSync(join(tmpdir(), "confidential-aks-yaml-"));
    readonly azure = new FakeAzure();
    private readonly stops: (() => void)[] = [];
    private env: NodeJS.ProcessEnv = {};
    private runs = 0;

    /** `plugin` is the script that serves the components. */
    static async start(plugin: string): Promise<YamlProject> {
        const project = new YamlProject();
        const { folder, azure } = project;
        for (const each of ["backend", "home", "tmp"]) mkdirSync(join(folder, each));
        const azureNative = await serveProvider(() => azureNativeDouble(azure), "3.28.0");
        const kubernetes = await serveProvider(() => kubernetesDouble({ waitMilliseconds: () => 10_000 }), "4.34.2");
        const { child, port } = await started(plugin, join(folder, "tmp"));
        project.stops.push(
            () => void child.kill("SIGKILL"),
            () => {
                azureNative.stop();
            },
            () => {
                kubernetes.stop();
            },
        );
        const ports = { "azure-native": azureNative.port, kubernetes: kubernetes.port, "confidential-aks": port };
        project.env = {
            PATH: [toolFolder("yaml"), toolFolder("pulumi"), process.env.PATH].join(delimiter),
            HOME: join(folder, "home"),
            TMPDIR: join(folder, "tmp"),
            PULUMI_HOME: join(folder, "home"),
            PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "of the test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DEBUG_COMMANDS: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_DEBUG_PROVIDERS: Object.entries(ports)
                .map(([name, each]) => `${name}:${each}`)
                .join(","),
        };
        project.write({});
        const made = await project.pulumi("stack", "init", "test");
        if (made.code !== 0) throw new Error(made.printed);
        return project;
    }

    preview(resources: Record<string, YamlResource>): Promise<Outcome> {
        return this.run(resources, "preview");
    }

    /** What the types of the schema refuse of the last program, by the resource that it is about. */
    typeErrors({ diagnostics }: Outcome): Map<string, string> {
        const lines = readFileSync(join(this.folder, "Pulumi.yaml"), "utf8").split("\n");
        const text = diagnostics.map(({ message }) => message).join("");
        return new Map(
            plain(text)
                .split(/^Error: /m)
                .slice(1)
                .map((error) => {
                    const line = Number(/ on Pulumi\.yaml line (\d+)/.exec(error)?.[1]);
                    const above = lines.slice(0, line).reverse();
                    return [above.flatMap((each) => /^ {2}([\w-]+):$/.exec(each)?.[1] ?? [])[0] ?? "", error];
                }),
        );
    }

    up(resources: Record<string, YamlResource>): Promise<Outcome> {
        return this.run(resources, "up", "--yes", "--skip-preview");
    }

    private async run(resources: Record<string, YamlResource>, ...command: string[]): Promise<Outcome> {
        this.write(resources);
        const log = join(this.folder, `events-${this.runs++}.json`);
        const { code, printed } = await this.pulumi(...command, "--stack", "test", "--event-log", log);
        const events = eventsOf(log);
        return {
            code,
            printed,
            diagnostics: events.flatMap(({ diagnosticEvent: each }) => each ?? []),
            made: events.flatMap(({ resourcePreEvent: each }) =>
                each === undefined || each.metadata.type === "pulumi:pulumi:Stack"
                    ? []
                    : [`${each.metadata.type} ${each.metadata.urn.split("::").at(-1) ?? ""}`],
            ),
        };
    }

    private write(resources: Record<string, YamlResource>): void {
        const program = { name: "errors", runtime: "yaml", resources };
        writeFileSync(
            join(this.folder, "Pulumi.yaml"),
            stringify(program, { version: "1.1", aliasDuplicateObjects: false }),
        );
    }

    private pulumi(...args: string[]): Promise<{ code: number | null; printed: string }> {
        const child = spawn(tool("pulumi"), [...args, "--non-interactive", "--color=never"], {
            cwd: this.folder,
            env: this.env,
            stdio: ["ignore", "pipe", "pipe"],
        });
        let printed = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
        }
        const bound = setTimeout(() => child.kill("SIGKILL"), 200_000);
        return new Promise((done, failed) => {
            child.once("error", failed);
            child.once("close", (code) => {
                clearTimeout(bound);
                done({ code, printed });
            });
        });
    }

    stop(): void {
        for (const stop of this.stops) stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

async function started(plugin: string, folder: string): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(process.execPath, [plugin], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(child.stdout)) {
        child.stdout.resume();
        return { child, port: Number(line) };
    }
    throw new Error("the plugin ended before it had a port");
}

function eventsOf(log: string): EngineEvent[] {
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as EngineEvent);
}

/** A text without colours, which YAML's host prints in any case. */
function plain(text: string): string {
    return text.replace(/\u001b\[[0-9;]*m/g, "");
}
