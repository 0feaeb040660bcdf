import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { preload } from "../../support/code-cache.mjs";
import type { Program } from "../engine/program.js";

const settings = "settings.yaml";

/** A program of somebody who has installed the package, and whose project names its plugin. */
export function nodeProgram({ namesPlugin = true } = {}): Program {
    return {
        env: { CODE_CACHE: process.env.CODE_CACHE, NODE_OPTIONS: preload.join(" ") },
        path: [],
        warm: "repeated",
        configFile: () => settings,
        write: (folder) => {
            writeFileSync(join(folder, settings), stringify({ config: {} }));
            mkdirSync(join(folder, "node_modules"));
            symlinkSync(resolve("."), join(folder, "node_modules/confidential-aks"));
            symlinkSync(resolve("node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
            writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "team", main: "index.js" }));
            writeFileSync(join(folder, "index.js"), program);
            const plugin = { name: "confidential-aks", path: "node_modules/confidential-aks" };
            const project = {
                name: "confidential-aks",
                runtime: "nodejs",
                ...(namesPlugin ? { plugins: { providers: [plugin] } } : {}),
            };
            writeFileSync(join(folder, "Pulumi.yaml"), stringify(project));
        },
        configured: (folder) => {
            const { config } = parse(readFileSync(join(folder, settings), "utf8")) as {
                config: Record<string, unknown>;
            };
            const args = Object.entries(config).map(([name, value]) => [name.replace("confidential-aks:", ""), value]);
            writeFileSync(join(folder, "args.json"), JSON.stringify(Object.fromEntries(args)));
        },
    };
}

/** Arguments come from the configuration: of the provider, and of keys by name. */
const program = `
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { AttestationProvider, EnclaveKey } = require("confidential-aks");
const { attestation, keys = {} } = JSON.parse(readFileSync(join(__dirname, "args.json"), "utf8"));
const provider = new AttestationProvider("attestation", attestation);
exports.attestationUrl = provider.attestationUrl;
exports.policyHash = provider.policyHash;
for (const [name, args] of Object.entries(keys)) {
    const key = new EnclaveKey(name, { attestationUrl: provider.attestationUrl, ...args });
    exports[name] = key.releasePolicy;
}
`;

/** The same in YAML, with the package as a plugin. */
export function yamlResources(config: Record<string, unknown>): Record<string, unknown> {
    const { attestation, keys = {} } = config as { attestation: object; keys?: Record<string, object> };
    const made = Object.entries(keys).map(([name, args]) => [
        name,
        {
            type: "confidential-aks:EnclaveKey",
            properties: { attestationUrl: "${attestation.attestationUrl}", ...args },
        },
    ]);
    return {
        resources: {
            attestation: { type: "confidential-aks:AttestationProvider", properties: attestation },
            ...Object.fromEntries(made),
        },
        outputs: { attestationUrl: "${attestation.attestationUrl}", policyHash: "${attestation.policyHash}" },
    };
}
