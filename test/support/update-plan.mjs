// Prints a stack's plan as JSON; providers answer as in the preview of an update.
// Usage: node update-plan.mjs FOLDER STACK
import { createRequire } from "node:module";
import { knownInUpdate } from "./update-preview.mjs";

const require = createRequire(import.meta.url);
const { planProgram } = require("../../dist/plan/record/run.js");
const { SecretBook } = require("../../dist/plan/model/secrets.js");

function provide(resource) {
    const configuration = JSON.parse(process.env.PULUMI_CONFIG ?? "{}");
    return knownInUpdate(resource, configuration["azure-native:location"]);
}

function onExit(error) {
    console.error(error.message);
}

const print = process.stdout.write.bind(process.stdout);
// What the program prints goes elsewhere, as it does with the command.
process.stdout.write = process.stderr.write.bind(process.stderr);
const [program, stack] = process.argv.slice(2);
print(JSON.stringify(await planProgram({ program, stack }, { book: new SecretBook(), onExit, provide })));
