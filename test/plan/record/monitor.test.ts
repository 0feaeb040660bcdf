import { createRequire } from "node:module";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { RpcStatus, type RpcError } from "../../../plan/record/messages.js";
import { recordingMonitor, type Monitor, type MonitorParts } from "../../../plan/record/monitor.js";
import { Recording } from "../../../plan/record/recording.js";
import { named, planOf } from "../cli.js";

const require = createRequire(resolve("package.json"));
const { MockMonitor } = require("@pulumi/pulumi/runtime/mocks.js") as Pick<MonitorParts, "MockMonitor">;
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as Pick<MonitorParts, "Struct">;
const service = (require("@pulumi/pulumi/proto/resource_grpc_pb.js") as { ResourceMonitorService: object })
    .ResourceMonitorService as MonitorParts["service"];
const messages = require("@pulumi/pulumi/proto/resource_pb.js") as Record<
    string,
    new () => Record<string, (value: unknown) => void>
>;

function monitorOf(parts: Partial<MonitorParts>, recording = newRecording()): Monitor {
    return recordingMonitor({ MockMonitor, Struct, service, ...parts }, recording);
}

function newRecording(): Recording {
    return new Recording({ project: "project", stack: "stack" });
}

function ask(monitor: Monitor, method: string, request: unknown = {}): Promise<unknown> {
    return new Promise((done, fail) => {
        monitor[method]?.(request, (error: RpcError | null, response) => {
            if (error === null) done(response);
            else fail(error);
        });
    });
}

describe("the recorder is the SDK's monitor, and answers only what it records", () => {
    /** As a newer SDK: one question more, which its own monitor answers. */
    class NewerMonitor extends MockMonitor {
        readonly features = ["secrets", "and whatever comes next"];

        getDeploymentInfo(_request: unknown, callback: (error: null, response: unknown) => void): void {
            callback(null, { features: this.features });
        }
    }

    /** A message without any fields. */
    class Nothing {
        readonly isEmpty = true;
    }

    it("leaves what it does not know to the SDK's class", async () => {
        const monitor = monitorOf({ MockMonitor: NewerMonitor });
        expect(await ask(monitor, "getDeploymentInfo")).toEqual({ features: ["secrets", "and whatever comes next"] });
    });

    it("says of what neither knows that it is not implemented, as an older engine does", async () => {
        const monitor = monitorOf({ service: { ...service, getWeather: { responseType: Nothing } } as never });
        await expect(ask(monitor, "getWeather")).rejects.toMatchObject({ code: RpcStatus.unimplemented });
    });

    it("records what a newer SDK's class would answer by itself", async () => {
        const recording = newRecording();
        const monitor = monitorOf({ MockMonitor: NewerMonitor }, recording);
        const request = new messages["RegisterResourceRequest"]!();
        request["setType"]?.("kubernetes:core/v1:ConfigMap");
        request["setName"]?.("map");
        const response = (await ask(monitor, "registerResource", request)) as { getUrn(): string };
        expect(response.getUrn()).toBe("urn:pulumi:stack::project::kubernetes:core/v1:ConfigMap::map");
        expect([...recording.resources.keys()]).toEqual([response.getUrn()]);
        await expect(ask(monitor, "registerResource", request)).rejects.toMatchObject({
            code: RpcStatus.alreadyExists,
        });
    });

    it("names what an SDK's message lacks", async () => {
        const monitor = monitorOf({
            service: { ...service, call: { responseType: Nothing } } as never,
        });
        const call = new messages["ResourceCallRequest"]!();
        await expect(ask(monitor, "call", call)).rejects.toThrow("the SDK's answer to call has no setReturn");
    });
});

describe("functions of the program that the engine calls back", () => {
    it("transforms of resources and invokes run, hooks do not", async () => {
        const made = await planOf("callbacks");
        expect(made.invokes).toEqual([
            { token: "fixture:index:getThing", args: { added: "by a transform", own: "x" }, result: "unknown" },
        ]);
        expect(named(made, "map").type).toBe("kubernetes:core/v1:ConfigMap");
        expect(made.outputs).toEqual({ answer: { $plan: "unknown" } });
    });
});
