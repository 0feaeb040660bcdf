// Writes plan/diff/replacement/*.json: the properties whose change makes a provider replace a resource.
//
//   npm run replacement-rules
//     from the providers' sources on GitHub, at the tags of the installed versions
//   npm run replacement-rules -- kubernetes --file diff.go --revision 94977969 --version 4
//     from a file of that revision and version
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { goLiterals } from "./go-literals.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Where each provider's rules are, and how they are read. */
export const PROVIDERS = {
    "azure-native": {
        repository: "pulumi/pulumi-azure-native",
        file: "provider/pkg/gen/replacement.go",
        rules: azureRules,
    },
    kubernetes: {
        repository: "pulumi/pulumi-kubernetes",
        file: "provider/pkg/provider/diff.go",
        rules: kubernetesRules,
    },
};

/** `module:Resource` -> names of properties, wherever they are in the inputs. */
export function azureRules(source) {
    const { forceNewMap } = goLiterals(source);
    return sorted(
        Object.entries(forceNewMap).flatMap(([module, resources]) =>
            Object.entries(resources).map(([name, properties]) => [`${module.toLowerCase()}:${name}`, properties]),
        ),
    );
}

/** `group/version:Kind` -> paths of properties. What is below another path of the list is left out. */
export function kubernetesRules(source) {
    const { forceNew } = goLiterals(source);
    return sorted(
        Object.entries(forceNew).flatMap(([group, versions]) =>
            Object.entries(versions).flatMap(([version, kinds]) =>
                Object.entries(kinds).map(([kind, paths]) => [
                    `${group === "" ? "core" : group}/${version}:${kind}`,
                    paths.map((each) => each.replace(/^\./, "")),
                ]),
            ),
        ),
    );
}

function sorted(entries) {
    const rules = entries
        .map(([type, paths]) => {
            const isBelow = (each) => paths.some((other) => each.startsWith(`${other}.`));
            return [type, [...new Set(paths)].filter((each) => !isBelow(each)).sort()];
        })
        .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(rules);
}

async function download(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    return response.text();
}

async function write(provider, options) {
    const { repository, file, rules } = PROVIDERS[provider];
    const installed = JSON.parse(
        readFileSync(path.join(root, `node_modules/@pulumi/${provider}/package.json`), "utf8"),
    );
    const { version = installed.version, revision = `v${version}` } = options;
    const source =
        options.file === undefined
            ? await download(`https://raw.githubusercontent.com/${repository}/${revision}/${file}`)
            : readFileSync(options.file, "utf8");
    const data = { provider, version, source: { repository, file, revision }, properties: rules(source) };
    if (Object.keys(data.properties).length === 0) throw new Error(`${repository}/${file}: no rules found in it`);
    const target = path.join(root, `plan/diff/replacement/${provider}.json`);
    const settings = await prettier.resolveConfig(target);
    writeFileSync(target, await prettier.format(JSON.stringify(data), { ...settings, parser: "json" }));
    console.log(`${path.relative(root, target)}: ${Object.keys(data.properties).length} types of ${revision}`);
}

async function main() {
    const { values, positionals } = parseArgs({
        allowPositionals: true,
        options: { file: { type: "string" }, revision: { type: "string" }, version: { type: "string" } },
    });
    if (values.file !== undefined && (positionals.length !== 1 || !values.revision || !values.version))
        throw new Error("--file needs the name of one provider, --revision and --version");
    for (const provider of positionals.length === 0 ? Object.keys(PROVIDERS) : positionals) {
        if (!(provider in PROVIDERS)) throw new Error(`${provider}: one of ${Object.keys(PROVIDERS).join(", ")}`);
        await write(provider, values);
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    try {
        await main();
    } catch (error) {
        console.error(`replacement-rules: ${error.message}`);
        process.exitCode = 1;
    }
}
