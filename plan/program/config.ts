import { isPlainObject } from "../../components/problems/index.js";
import { PlanError } from "../model/errors.js";
import type { PlanWarning } from "../model/format.js";
import { encryptedSentinel, type SecretBook } from "../model/secrets.js";
import { warningLines } from "../model/warnings.js";
import { fullKey, parseOverrides, setPath, typedValue } from "./config-path.js";
import { checkType, typeSchema, type TypeSchema } from "./config-types.js";
import { readYamlMap, stackFile, type Project } from "./project.js";

/** The configuration a program runs with. */
export interface ProgramConfig {
    /** Every value as the program's environment carries it: text, or JSON. */
    values: Record<string, string>;
    /** Keys whose value is secret, encrypted or not. */
    secretKeys: string[];
    /** Keys whose value is encrypted, wholly or somewhere inside: unknown here. */
    encryptedKeys: string[];
    warnings: PlanWarning[];
}

interface Entry {
    value: unknown;
    secret: boolean;
    /** Given as text on the command line: "5" is then also an integer. */
    asText: boolean;
}

/** A key of the `config:` block of Pulumi.yaml. */
interface Declared {
    schema?: TypeSchema;
    secret: boolean;
    description?: string;
}

/**
 * The configuration of a stack as Pulumi makes it: values of the stack file, then defaults of Pulumi.yaml, with `-c` on
 * top, checked against the declared types. All problems are reported in one error.
 */
export function readConfig(
    project: Project,
    stack: string,
    overrides: { texts: readonly string[]; usePath: boolean },
    book: SecretBook,
): ProgramConfig {
    const problems: string[] = [];
    const warnings: PlanWarning[] = [];
    const entries = stackEntries(project, stack, warnings);
    const declared = declare(project, entries, problems);
    for (const { key, path, value } of parseOverrides(overrides.texts, overrides.usePath, project.name)) {
        const old = entries.get(key);
        const next = overrides.usePath ? typedValue(value) : value;
        entries.set(key, {
            value: path.length === 0 ? next : setPath(old?.value, path, next, key),
            secret: (path.length > 0 && old?.secret === true) || declared.get(key)?.secret === true,
            asText: path.length === 0,
        });
    }
    check(declared, entries, stack, problems);
    if (problems.length > 0)
        throw new PlanError([...report(project, stack, problems), ...warningLines(warnings)].join("\n"));
    return toProgram(entries, warnings, book);
}

function report(project: Project, stack: string, problems: string[]): string[] {
    const file = stackFile(project, stack) ?? `no file Pulumi.${stack}.yaml in ${project.stackDir}`;
    const count = problems.length === 1 ? "a configuration problem" : `${problems.length} configuration problems`;
    return [`stack "${stack}" has ${count} (${file}):`, ...problems.map((text) => `  - ${text}`)];
}

function stackEntries(project: Project, stack: string, warnings: PlanWarning[]): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const file = stackFile(project, stack);
    if (file === undefined) return entries;
    const yaml = readYamlMap(file);
    if (yaml["environment"] !== undefined && yaml["environment"] !== null) {
        warnings.push({
            code: "esc-environment-skipped",
            message: `The stack "${stack}" takes values from Pulumi ESC (environment:), which an offline plan cannot read. Give what is missing with -c.`,
        });
    }
    const config = yaml["config"] ?? {};
    if (!isPlainObject(config)) throw new PlanError(`${file}: "config" must be a map`);
    for (const [key, value] of Object.entries(config)) {
        if (value === null) continue;
        entries.set(fullKey(key, project.name), { value, secret: hasSecure(value), asText: false });
    }
    return entries;
}

/** Reads the `config:` block, puts its defaults where the stack says nothing, and returns the declared keys. */
function declare(project: Project, entries: Map<string, Entry>, problems: string[]): Map<string, Declared> {
    const declared = new Map<string, Declared>();
    for (const [name, raw] of Object.entries(project.config)) {
        const key = fullKey(name, project.name);
        // A key of a provider takes only a value, which may be an object of any shape.
        const own = key.startsWith(`${project.name}:`);
        const known = ["type", "default", "value", "description", "secret", "items"];
        const block =
            isPlainObject(raw) && Object.keys(raw).every((item) => known.includes(item)) ? raw : { value: raw };
        if (own && isPlainObject(raw) && block !== raw) {
            problems.push(
                `${key}: unknown keys in ${project.file}: ${Object.keys(raw)
                    .filter((item) => !known.includes(item))
                    .join(", ")}`,
            );
            continue;
        }
        const schema = own ? typeSchema(block, key, problems) : undefined;
        const description = block["description"];
        declared.set(key, {
            ...(schema === undefined ? {} : { schema }),
            secret: block["secret"] === true,
            ...(typeof description === "string" ? { description } : {}),
        });
        const value = block["value"] ?? block["default"];
        if (value !== undefined && value !== null && !entries.has(key)) {
            entries.set(key, { value, secret: block["secret"] === true || hasSecure(value), asText: false });
        }
    }
    return declared;
}

function check(declared: Map<string, Declared>, entries: Map<string, Entry>, stack: string, problems: string[]): void {
    for (const [key, { schema, secret, description }] of declared) {
        const entry = entries.get(key);
        if (entry === undefined) {
            const what = description === undefined ? "" : ` (${description.split("\n")[0] ?? ""})`;
            problems.push(
                `${key}: missing configuration value${what}; set it in the stack's file or with -c ${key}=VALUE`,
            );
            continue;
        }
        if (secret && !entry.secret) {
            problems.push(
                `${key} must be encrypted, as it is a secret: pulumi config set --secret ${key} --stack ${stack}`,
            );
            continue;
        }
        if (schema !== undefined && !isSecure(entry.value)) checkType(entry.value, schema, key, entry, problems);
    }
}

function isSecure(value: unknown): boolean {
    return isPlainObject(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function hasSecure(value: unknown): boolean {
    if (isSecure(value)) return true;
    if (Array.isArray(value)) return value.some(hasSecure);
    return isPlainObject(value) && Object.values(value).some(hasSecure);
}

function toProgram(entries: Map<string, Entry>, warnings: PlanWarning[], book: SecretBook): ProgramConfig {
    const config: ProgramConfig = { values: {}, secretKeys: [], encryptedKeys: [], warnings };
    for (const [key, { value, secret }] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const encrypted = hasSecure(value);
        if (encrypted) {
            config.encryptedKeys.push(key);
            book.addEncrypted(key);
        }
        const plain = encrypted ? withSentinel(value, encryptedSentinel(key)) : value;
        const text = typeof plain === "string" ? plain : JSON.stringify(plain);
        config.values[key] = text;
        if (secret) config.secretKeys.push(key);
        if (secret && !encrypted) book.addSecret(plain);
        if (!secret) book.addInnocent(plain);
    }
    return config;
}

function withSentinel(value: unknown, sentinel: string): unknown {
    if (isSecure(value)) return sentinel;
    if (Array.isArray(value)) return value.map((item: unknown) => withSentinel(item, sentinel));
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSentinel(item, sentinel)]));
}
