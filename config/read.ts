import * as pulumi from "@pulumi/pulumi";
import {
    checkPlatform,
    ValidationError,
    type ConfidentialPlatformArgs,
    type PlatformJobArgs,
    type Problem,
} from "../components";
import { shaped, type Misfit } from "./shape";
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
    const { value, misfits } = shaped(parsed.values);
    const args = value as ConfidentialPlatformArgs;
    const found = checkPlatform(args).problems;
    const ofShape = [...parsed.problems, ...misfits.map((misfit) => misfitProblem(misfit, found))];
    const ofMeaning = found.filter(({ path }) => !ofShape.some((fault) => covers(fault.path, path)));
    const hidden = (path: string) => raw.isSecret(`${namespace}:${/^\w+/.exec(path)?.[0] ?? ""}`);
    const problems = [...ofShape, ...ofMeaning].map((problem) =>
        hidden(problem.path) ? { ...problem, hideValue: true, remedy: withoutValue(problem) } : problem,
    );
    if (problems.length > 0) throw new ValidationError(subject, problems);
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

/** The remedy of a problem whose value may be a secret. */
function withoutValue({ remedy, value }: Problem): string {
    const isShown = (typeof value === "number" || typeof value === "boolean") && remedy.includes(String(value));
    return isShown ? "correct it; text goes in quotes" : remedy;
}

/** Quotes are no remedy where the text would be refused as well: what is found wrong with the text says more. */
function misfitProblem({ problem, isQuotable }: Misfit, found: readonly Problem[]): Problem {
    const asText = found.find(({ path }) => isQuotable && path === problem.path);
    return asText === undefined ? problem : { ...asText, value: problem.value };
}

/** Whether a problem at `fault` already speaks for one at `path`. */
function covers(fault: string, path: string): boolean {
    return path === fault || path.startsWith(`${fault}.`) || path.startsWith(`${fault}[`);
}
