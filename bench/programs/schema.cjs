/*
 * schema.cjs ASK COMMAND...: starts a plugin and asks it for its schema, or (ASK is "start") only waits until it prints
 * a line. Time is that of both; memory is the plugin's alone.
 */
const { spawn } = require("node:child_process");
const { appendFileSync } = require("node:fs");
const { peakOf } = require("./processes.cjs");

const [ask, command, ...args] = process.argv.slice(2);
const file = process.env.BENCH_PEAK_FILE;
process.env.BENCH_PEAK_FILE = "/dev/null";

const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } });
const port = new Promise((done, failed) => {
    child.stdout.once("data", (text) => done(String(text).trim()));
    child.once("exit", (code) => failed(new Error(`${command}: exit ${code}`)));
});

async function schemaOf(address) {
    const grpc = require("@grpc/grpc-js");
    const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
    const { GetSchemaRequest } = require("@pulumi/pulumi/proto/provider_pb.js");
    const options = { "grpc.max_receive_message_length": -1 };
    const client = new ResourceProviderClient(`127.0.0.1:${await address}`, grpc.credentials.createInsecure(), options);
    return new Promise((done, failed) => {
        client.getSchema(new GetSchemaRequest(), (error, answer) => (error ? failed(error) : done(answer.getSchema())));
    });
}

(async () => {
    if (ask === "start") await port;
    else if (!(await schemaOf(port)).includes("ConfidentialCluster")) throw new Error("this is another schema");
    appendFileSync(file, `${peakOf(child.pid)}\n`);
})()
    .catch((error) => {
        console.error(error);
        process.exitCode = 1;
    })
    .finally(() => {
        child.kill("SIGKILL");
        process.exit();
    });
