/*
 * What the stand-ins of Pulumi's language hosts have in common. The engine starts a host as
 * `pulumi-language-NAME ADDRESS`, reads a port from its output, and asks it to run programs
 * (proto/pulumi/language.proto). Nothing is installed: the dependencies are there already.
 */
"use strict";
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const empty = require("google-protobuf/google/protobuf/empty_pb.js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb.js");
const language = require("@pulumi/pulumi/proto/language_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");

/** The engine's address. */
exports.engine = process.argv.slice(2).find((argument) => /^[^-].*:\d+$/.test(argument));

/** Processes that end with this one. */
const programs = new Set();

/** Starts a process. */
exports.start = (...args) => {
    const child = spawn(...args);
    programs.add(child);
    child.once("exit", () => programs.delete(child));
    return child;
};

/** Settings of a program, which SDKs read from the environment. */
exports.configuration = (request) => ({
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
});

/** Runs a program to its end, and answers for it. */
exports.run = (command, args, options) => {
    const program = exports.start(command, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
    return new Promise((resolve, reject) => {
        program.once("error", reject);
        program.once("exit", (code, signal) => {
            const response = new language.RunResponse();
            // 32: the program has said itself what is wrong.
            if (code === 32) response.setBail(true);
            else if (code !== 0) response.setError(`Program exited with ${signal ?? `code ${code}`}`);
            resolve(response);
        });
    });
};

/** Makes an SDK by Pulumi's code generator of the host's language. */
function generatePackage({ request }) {
    const [, name] = /^pulumi-language-(.*)$/.exec(path.basename(process.argv[1]));
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sdk-"));
    try {
        const schema = path.join(folder, "schema.json");
        fs.writeFileSync(schema, request.getSchema());
        execFileSync("generate-sdk", [schema, folder, name]);
        fs.cpSync(path.join(folder, name), request.getDirectory(), { recursive: true });
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
    return new language.GeneratePackageResponse();
}

/** Serves a host: `run` answers a request to run a program, `calls` are further calls of the service. */
exports.serve = (run, calls = {}) => {
    const info = new plugin.PluginInfo();
    info.setVersion("3.259.0");
    const answers = {
        run: (call) => run(call.request),
        getPluginInfo: () => info,
        getRequiredPlugins: () => new language.GetRequiredPluginsResponse(),
        getRequiredPackages: () => new language.GetRequiredPackagesResponse(),
        getProgramDependencies: () => new language.GetProgramDependenciesResponse(),
        generatePackage,
        link: () => new language.LinkResponse(),
        about: () => new language.AboutResponse(),
        cancel: () => new empty.Empty(),
    };
    const handlers = Object.entries(answers).map(([name, answer]) => [
        name,
        (call, callback) => {
            Promise.resolve(answer(call)).then(
                (response) => callback(null, response),
                (error) => callback({ code: grpc.status.UNKNOWN, details: String(error) }),
            );
        },
    ]);
    const server = new grpc.Server();
    server.addService(LanguageRuntimeService, {
        ...Object.fromEntries(handlers),
        installDependencies: (call) => call.end(),
        ...calls,
    });
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) throw error;
        process.stdout.write(`${port}\n`);
    });
};

// An engine that is killed cannot say so: a host that another parent adopts has lost it.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid === parent) return;
    for (const program of programs) program.kill("SIGKILL");
    process.exit(1);
}, 100);
