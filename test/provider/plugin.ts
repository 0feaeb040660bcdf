import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { startMonitor, type Monitor } from "../../bench/monitor.mjs";

// The protocol's generated code is untyped JavaScript; only this file touches it here.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument */
const require = createRequire(resolve("package.json"));
const protocol = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");

/** The two ways in which Pulumi starts the plugin. */
export const ways = ["as an executable", "by PulumiPlugin.yaml"] as const;
export type Way = (typeof ways)[number];

/** Where a plugin is, and what runs it. */
interface Installed {
    /** The folder of the package. */
    folder: string;
    /** The folder of the SDK that it finds. */
    sdk: string;
    /** Node's program. */
    node: string;
}

const inRepository: Installed = {
    folder: resolve("."),
    sdk: resolve("node_modules/@pulumi/pulumi"),
    node: process.execPath,
};

function argumentsOf(way: Way, { folder, sdk }: Installed): string[] {
    // What Pulumi's host for Node runs for a folder with a PulumiPlugin.yaml is `run-plugin`.
    return way === "as an executable"
        ? [join(folder, "pulumi-resource-confidential-aks")]
        : [join(sdk, "cmd/run-plugin"), folder];
}

/** The plugin in a process, asked as an engine asks it, in front of the recording monitor of the offline plan. */
export class Plugin {
    /** What the plugin printed to its standard error, which Pulumi shows to users. */
    printed = "";
    private looked = 0;

    private constructor(
        private readonly process: ChildProcess,
        private readonly client: any,
        private readonly monitor: Monitor,
    ) {}

    static async start(way: Way, installed = inRepository): Promise<Plugin> {
        const monitor = await startMonitor("project", "stack");
        const child = spawn(installed.node, [...argumentsOf(way, installed), monitor.address], {
            // The folder of a program in another language has no tsconfig.json.
            cwd: tmpdir(),
            env: { ...process.env, NODE_OPTIONS: "" },
            stdio: ["ignore", "pipe", "pipe"],
        });
        const stderr: string[] = [];
        child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
        for await (const line of createInterface(child.stdout)) {
            const client = new ResourceProviderClient(`127.0.0.1:${line}`, grpc.credentials.createInsecure());
            const plugin = new Plugin(child, client, monitor);
            child.stderr.on("data", (text: string) => (plugin.printed += text));
            child.stdout.resume();
            return plugin;
        }
        monitor.close();
        throw new Error(`the plugin ended before it had a port: ${stderr.join("")}`);
    }

    /** The schema that the plugin serves. */
    async schema(): Promise<unknown> {
        const answer = await this.ask("getSchema", new protocol.GetSchemaRequest());
        return JSON.parse(answer.getSchema());
    }

    async version(): Promise<string> {
        const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
        return (await this.ask("getPluginInfo", new Empty())).getVersion();
    }

    /** Calls a function: its value, or what is wrong with the arguments. */
    async invoke(token: string, args: object): Promise<{ value: unknown; failures: string[] }> {
        const request = new protocol.InvokeRequest();
        request.setTok(token);
        request.setArgs(Struct.fromJavaScript(args));
        const answer = await this.ask("invoke", request);
        const failures = answer
            .getFailuresList()
            .map((failure: any) => `${failure.getReason()} (${failure.getProperty()})`);
        return { value: answer.getReturn().toJavaScript(), failures };
    }

    /** Makes a component in a preview; rejects with what the plugin says. */
    async construct(token: string, name: string, inputs: object, options: { deletedWith?: string } = {}) {
        const request = new protocol.ConstructRequest();
        request.setProject("project");
        request.setStack("stack");
        request.setDryrun(true);
        request.setParallel(4);
        request.setMonitorendpoint(this.monitor.address);
        request.setType(token);
        request.setName(name);
        request.setInputs(Struct.fromJavaScript(inputs));
        request.setDeletedwith(options.deletedWith ?? "");
        const answer = await this.ask("construct", request);
        return { urn: answer.getUrn() as string, state: answer.getState().toJavaScript() as Record<string, unknown> };
    }

    /** What the plugin has registered, by type and name. */
    get registered(): { type: string; name: string; deletedWith: string; dependencies: string[] }[] {
        return [...this.monitor.recording.resources.values()].map(({ request }) => ({
            type: request.getType(),
            name: request.getName(),
            deletedWith: request.getDeletedwith(),
            dependencies: request.getDependenciesList(),
        }));
    }

    /** Whether a resource since the last call has a text among its inputs; a component is only a name. */
    hasSent(text: string): boolean {
        const all = [...this.monitor.recording.resources.values()];
        const since = all.slice(this.looked);
        this.looked = all.length;
        return since.some(
            ({ request, inputs }) => request?.getCustom() === true && JSON.stringify(inputs).includes(text),
        );
    }

    private ask(method: string, request: unknown): Promise<any> {
        return new Promise((done, failed) => {
            this.client[method](request, (error: Error | null, answer: unknown) => {
                if (error === null) done(answer);
                else failed(error);
            });
        });
    }

    stop(): void {
        this.client.close();
        this.process.kill("SIGKILL");
        this.monitor.close();
    }
}
