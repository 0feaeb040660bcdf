// The recording monitor of the offline plan behind a real gRPC server, for the SDK's own runner.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(join(root, "package.json"));
const grpc = require("@grpc/grpc-js");
const proto = (name) => require(`@pulumi/pulumi/proto/${name}.js`);
const google = (name) => require(`google-protobuf/google/protobuf/${name}.js`);
const { RecordingMonitor } = require(join(root, "dist/plan/monitor.js"));

const protos = {
    resource: proto("resource_pb"),
    provider: proto("provider_pb"),
    struct: google("struct_pb"),
    empty: google("empty_pb"),
};

/** Starts a server with a fresh monitor; `close` ends it. */
export async function startMonitor(project, stack) {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-monitor-"));
    const address = `unix://${join(folder, "socket")}`;
    const monitor = new RecordingMonitor(protos, { project, stack, mode: "preview" });
    const handlers = Object.fromEntries(
        Object.keys(proto("resource_grpc_pb").ResourceMonitorService)
            .filter((method) => typeof monitor[method] === "function")
            .map((method) => [method, (call, callback) => monitor[method](call.request, callback)]),
    );
    const problems = [];
    const empty = (_call, callback) => callback(null, new protos.empty.Empty());
    const engine = {
        log: (call, callback) => {
            if (call.request.getSeverity() === proto("engine_pb").LogSeverity.ERROR)
                problems.push(call.request.getMessage());
            empty(call, callback);
        },
        getRootResource: (_call, callback) => callback(null, new (proto("engine_pb").GetRootResourceResponse)()),
        setRootResource: (_call, callback) => callback(null, new (proto("engine_pb").SetRootResourceResponse)()),
    };
    const server = new grpc.Server();
    server.addService(proto("resource_grpc_pb").ResourceMonitorService, handlers);
    server.addService(proto("engine_grpc_pb").EngineService, engine);
    await new Promise((resolve, reject) => {
        server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) =>
            error ? reject(error) : resolve(),
        );
    });
    return {
        address,
        monitor,
        problems,
        close: () => {
            server.forceShutdown();
            rmSync(folder, { recursive: true, force: true });
        },
    };
}
