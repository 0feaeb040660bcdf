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
const { recordingMonitor } = require(join(root, "dist/plan/record/monitor.js"));
const { Recording } = require(join(root, "dist/plan/record/recording.js"));

const service = proto("resource_grpc_pb").ResourceMonitorService;
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const parts = {
    service,
    MockMonitor: require("@pulumi/pulumi/runtime/mocks.js").MockMonitor,
    Struct: require("google-protobuf/google/protobuf/struct_pb.js").Struct,
};

/** The SDK's monitor for unit tests answers some questions with an object that only looks like the message. */
function asMessage(method, answer) {
    const { responseType } = service[method];
    if (answer === undefined || answer instanceof responseType) return answer;
    const message = new responseType();
    if (method === "supportsFeature") message.setHassupport(answer.getHassupport());
    return message;
}

/** Starts a server with a fresh monitor; `close` ends it. */
export async function startMonitor(project, stack) {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-monitor-"));
    const address = `unix://${join(folder, "socket")}`;
    const recording = new Recording({ project, stack });
    const monitor = recordingMonitor(parts, recording);
    const handlers = Object.fromEntries(
        Object.keys(service).map((method) => [
            method,
            (call, callback) =>
                monitor[method](call.request, (error, answer) => callback(error, asMessage(method, answer))),
        ]),
    );
    // The engine takes the name of a hook once.
    const hooks = new Set();
    for (const method of ["registerResourceHook", "registerErrorHook"]) {
        handlers[method] = (call, callback) => {
            const name = call.request.getName();
            if (hooks.has(name)) return callback({ code: grpc.status.ALREADY_EXISTS, details: `a hook ${name} again` });
            hooks.add(name);
            callback(null, new Empty());
        };
    }
    const problems = [];
    const empty = (_call, callback) => callback(null, new Empty());
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
    server.addService(service, handlers);
    server.addService(proto("engine_grpc_pb").EngineService, engine);
    await new Promise((resolve, reject) => {
        server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) =>
            error ? reject(error) : resolve(),
        );
    });
    return {
        address,
        recording,
        problems,
        close: () => {
            server.forceShutdown();
            rmSync(folder, { recursive: true, force: true });
        },
    };
}
