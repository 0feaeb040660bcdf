/*
 * A language host that runs programs in its own process, one after the other: the packages are loaded once, and not for
 * each of the hundred updates that these tests are made of. It runs a program with the SDK's own server for programs in a
 * process (Automation API), and loads each file of the project anew for every run. Prints its port.
 */
"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const { LanguageServer } = require("@pulumi/pulumi/automation/server.js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb.js");
const ts = require("typescript");

// The SDK notes for every promise where it was made: a twelfth of a run.
Error.stackTraceLimit = 0;

const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true };
/** What the compiler makes of a text. */
const compiled = new Map();

require.extensions[".ts"] = (module, filename) => {
    const source = readFileSync(filename, "utf8");
    if (!compiled.has(source)) compiled.set(source, ts.transpileModule(source, { compilerOptions }).outputText);
    module._compile(compiled.get(source), filename);
};

function runProgram(folder) {
    for (const file of Object.keys(require.cache))
        if (file.startsWith(folder + path.sep) && !file.includes("node_modules")) delete require.cache[file];
    process.chdir(folder);
    return require(path.join(folder, "index"));
}

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, {
    run: (call, callback) => {
        const folder = call.request.getInfo()?.getProgramDirectory() || call.request.getPwd();
        let answered = false;
        // The SDK's server answers a failed run twice.
        const once = (...answer) => {
            if (!answered) callback(...answer);
            answered = true;
        };
        return new LanguageServer(async () => runProgram(folder)).run(call, once);
    },
    getRequiredPlugins: (call, callback) => new LanguageServer().getRequiredPlugins(call, callback),
    getPluginInfo: (call, callback) => new LanguageServer().getPluginInfo(call, callback),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
});

// Its standard input ends with the tests.
process.stdin.on("end", () => process.exit(0)).resume();
