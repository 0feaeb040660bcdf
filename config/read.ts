import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import {
    checkPlatform,
    suggest,
    throwIfAny,
    type ConfidentialPlatformArgs,
    type PlatformJobArgs,
    type Problem,
} from "../components";
import { platformConfig } from "./schema";
import { keyWithSecrets, parseValues, type RawConfig } from "./values";

/**
 * The arguments of the platform from this stack's configuration. All that is wrong with it, shape and meaning,
 * is one error, thrown before any resource is registered.
 */
export function readPlatformConfig(): ConfidentialPlatformArgs {
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
    const stack = pulumi.getStack();
    return toPlatformArgs(`the configuration of stack "${stack}"`, pulumi.getProject(), {
        values: pulumi.runtime.allConfig(),
        isSecret: isConfigSecret,
    });
}

/** The same as a function of the configuration alone. */
export function toPlatformArgs(subject: string, namespace: string, raw: RawConfig): ConfidentialPlatformArgs {
    const parsed = parseValues(namespace, raw);
    const shape = platformConfig.safeParse(parsed.values);
    const shaped = [...parsed.problems, ...(shape.success ? [] : shapeProblems(shape.error, parsed.values))];
    const args = withoutFaults(parsed.values, shaped) as unknown as ConfidentialPlatformArgs;
    const meant = checkPlatform(args).problems.filter(({ path }) => !shaped.some((fault) => covers(fault.path, path)));
    const hidden = (path: string) => raw.isSecret(`${namespace}:${/^\w+/.exec(path)?.[0] ?? ""}`);
    throwIfAny(
        subject,
        [...shaped, ...meant].map((problem) => (hidden(problem.path) ? { ...problem, hideValue: true } : problem)),
    );
    const secret = raw.isSecret(`${namespace}:${keyWithSecrets}`);
    return args.jobs === undefined || !secret ? args : { ...args, jobs: args.jobs.map(withSecrets) };
}

/** A key with one encrypted value in it is a secret as a whole, so all that may be one is. */
function withSecrets(job: PlatformJobArgs): PlatformJobArgs {
    const { env, args, command } = job;
    const values = Object.entries(env ?? {}).map(([key, value]) => [key, pulumi.secret(value)] as const);
    return {
        ...job,
        ...(env === undefined ? {} : { env: Object.fromEntries(values) }),
        ...(args === undefined ? {} : { args: args.map((arg) => pulumi.secret(arg)) }),
        ...(command === undefined ? {} : { command: command.map((part) => pulumi.secret(part)) }),
    };
}

type Path = readonly PropertyKey[];

/** `["enclavePools", 0, "vmSize"]` as `enclavePools[0].vmSize`. */
function pathText(path: Path): string {
    return path.reduce<string>((text, step) => {
        if (typeof step === "number") return `${text}[${step}]`;
        return text === "" ? String(step) : `${text}.${String(step)}`;
    }, "");
}

function valueAt(values: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (value, step) =>
            typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
        values,
    );
}

/** What zod found, in this package's words. */
function shapeProblems(error: z.ZodError, values: unknown): Problem[] {
    return error.issues.flatMap((issue): Problem[] => {
        if (issue.code === "unrecognized_keys") {
            const known = keysAt(issue.path);
            return issue.keys.map((key) => {
                const near = suggest(key, known);
                return {
                    path: pathText([...issue.path, key]),
                    value: valueAt(values, [...issue.path, key]),
                    expected: `one of the keys ${known.join(", ")}`,
                    remedy: near === undefined ? "remove it" : `did you mean ${JSON.stringify(near)}?`,
                };
            });
        }
        const value = valueAt(values, issue.path);
        const expected = issue.code === "invalid_type" ? issue.expected : "another value";
        return [
            {
                path: pathText(issue.path),
                value,
                expected: expectedWords(expected),
                remedy: remedyFor(expected, value),
            },
        ];
    });
}

function expectedWords(type: string): string {
    const words: Record<string, string> = {
        string: "text",
        number: "a number",
        boolean: "true or false",
        array: "a list",
        object: "a map of keys and values",
        record: "a map of keys and values",
    };
    return words[type] ?? type;
}

function remedyFor(type: string, value: unknown): string {
    if (type === "string" && (typeof value === "number" || typeof value === "boolean")) {
        return `quote it: ${JSON.stringify(String(value))}`;
    }
    if ((type === "number" || type === "boolean") && typeof value === "string") return "remove the quotes";
    return "correct its type";
}

/** The keys that an object of the configuration may have. */
function keysAt(path: Path): string[] {
    let schema: unknown = platformConfig;
    for (const step of path) {
        schema = inner(schema);
        schema =
            typeof step === "number" ? (schema as z.ZodArray).element : (schema as z.ZodObject).shape[String(step)];
    }
    return Object.keys((inner(schema) as z.ZodObject).shape);
}

function inner(schema: unknown): unknown {
    return (schema as z.ZodType).type === "optional" ? (schema as z.ZodOptional).unwrap() : schema;
}

/** Whether a problem at `fault` already speaks for one at `path`. */
function covers(fault: string, path: string): boolean {
    return path === fault || path.startsWith(`${fault}.`) || path.startsWith(`${fault}[`);
}

/** The values without those at fault, so that the rest can still be checked for meaning. */
function withoutFaults(values: Record<string, unknown>, faults: readonly Problem[]): Record<string, unknown> {
    const keep = (value: unknown, path: string): unknown => {
        if (Array.isArray(value)) {
            // A faulty item leaves a gap-filler behind: the ones after it keep their index.
            return value.map((item, index) => keep(item, `${path}[${index}]`) ?? {});
        }
        if (faults.some((fault) => fault.path === path)) return undefined;
        if (typeof value !== "object" || value === null) return value;
        const entries = Object.entries(value).map(
            ([key, item]) => [key, keep(item, path === "" ? key : `${path}.${key}`)] as const,
        );
        return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
    };
    return keep(values, "") as Record<string, unknown>;
}
