import type * as pulumi from "@pulumi/pulumi";
import { integerIn, isLate, matches, notAllowed, oneOf, required, when, type Checked, type Problem } from "../problems";
import { RegistrySku, type EnclaveImageArgs } from "./args";
import { contextTag, normaliseContext, type ContextFile } from "./context";
import { enclaveImageDefaults as defaults } from "./defaults";
import { checkDockerfile, checkDockerfileSecrets } from "./dockerfile";
import { readContext } from "./read-context";
import { checkBuildArgSecret, checkPublicFiles, checkSecrets } from "./secrets";
import { checkTaskSize, taskTemplateVersion, type TaskSpec } from "./task";

/** A registry, that exists or that is created. */
export interface RegistrySpec {
    resourceGroupName: pulumi.Input<string>;
    /** Name of a registry that exists; undefined where one is created. */
    existingName: pulumi.Input<string> | undefined;
    /** Name of the one that is created; undefined leaves it to Pulumi. */
    newName: pulumi.Input<string> | undefined;
    sku: RegistrySku;
    /** Undefined: the provider's. */
    location: pulumi.Input<string> | undefined;
    tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** The arguments with their defaults, and what they build. */
export interface EnclaveImageSpec {
    task: TaskSpec;
    /** Undefined: the task is not run again for the sake of it. */
    forceRun: string | undefined;
    registry: RegistrySpec;
    /** Undefined: no rights are given. */
    pullPrincipalId: pulumi.Input<string> | undefined;
}

/** What the arguments stand for, and what is wrong with them. Reads the folder, unless the arguments have problems. */
export function enclaveImageSpec(args: EnclaveImageArgs): Checked<EnclaveImageSpec> {
    const { buildArgs = {}, publicFiles = [] } = args;
    const ofArguments = problemsOf(args);
    const read = ofArguments.length > 0 ? { files: [], problems: ofArguments } : readContext(args.context);
    const { files, problems } = normaliseContext(read.files);
    const task: TaskSpec = {
        files,
        repository: args.repository,
        tag: contextTag({ files, buildArgs, templateVersion: taskTemplateVersion }),
        buildArgs,
        timeoutSeconds: args.timeoutSeconds ?? defaults.timeoutSeconds,
    };
    const checkContext = (): Problem[] => [
        ...problems,
        ...checkPublicFiles(files, publicFiles),
        ...checkSecrets(files, publicFiles),
        ...checkDockerfileOf(files, buildArgs, publicFiles),
        ...checkTaskSize(task, args.maxTaskCharacters ?? defaults.maxTaskCharacters),
    ];
    return {
        spec: { task, forceRun: args.forceRun, registry: registrySpec(args), pullPrincipalId: args.pullPrincipalId },
        problems: read.problems.length > 0 ? read.problems : checkContext(),
        warnings: [],
    };
}

/** What decides on a registry. */
type RegistryArgs = Pick<EnclaveImageArgs, "resourceGroupName" | "registryName" | "newRegistry" | "location" | "tags">;

/** The registry of arguments that have one. */
export function registrySpec(args: RegistryArgs): RegistrySpec {
    return {
        resourceGroupName: args.resourceGroupName,
        existingName: args.registryName,
        newName: args.newRegistry?.name,
        sku: args.newRegistry?.sku ?? defaults.registrySku,
        location: args.location,
        tags: args.tags,
    };
}

/** Either a registry that exists, or settings of a new one. */
export function checkRegistry(args: Pick<RegistryArgs, "registryName" | "newRegistry">): Problem[] {
    const { registryName, newRegistry } = args;
    const existing = checkRegistryName("registryName", registryName);
    if (newRegistry === undefined) return existing;
    const why = "with registryName, which names a registry that exists";
    return [
        ...existing,
        ...when(registryName !== undefined, notAllowed("newRegistry", newRegistry, why, "remove one of the two")),
        ...checkRegistryName("newRegistry.name", newRegistry.name),
        ...oneOf("newRegistry.sku", newRegistry.sku, RegistrySku),
    ];
}

/** A problem unless the name is one of a registry. An output is checked when its value is known. */
export function checkRegistryName(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    const remedy = "name the registry alone, without .azurecr.io";
    return matches(path, value, /^[A-Za-z0-9]{5,50}$/, "5-50 letters and digits", remedy);
}

/** Problems of the arguments themselves; the folder is another matter. */
function problemsOf(args: EnclaveImageArgs): Problem[] {
    return [
        ...required("context", args.context, "a folder with a Dockerfile", "name the folder"),
        ...required("repository", args.repository, "a repository name, such as sgx/aesm", "name one"),
        ...matches(
            "repository",
            args.repository === "" ? undefined : args.repository,
            /^(?=.{1,200}$)[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
            'at most 200 lower-case letters and digits, with single "." "_" "-" in between and "/" between parts',
            "choose a name of that form, without registry and tag",
        ),
        ...required("resourceGroupName", args.resourceGroupName, "the resource group of the registry", "name it"),
        ...checkRegistry(args),
        ...Object.entries(args.buildArgs ?? {}).flatMap(([name, value]) => checkBuildArg(name, value)),
        ...integerIn("timeoutSeconds", args.timeoutSeconds, 300, 28_800),
        ...integerIn("maxTaskCharacters", args.maxTaskCharacters, 1, 4_000_000),
    ];
}

/** Build arguments stand on a command line that the agent's shell reads: names and values of harmless letters only. */
function checkBuildArg(name: string, value: unknown): Problem[] {
    const path = `buildArgs.${name}`;
    const secret = typeof value === "string" ? checkBuildArgSecret(name, value) : [];
    if (secret.length > 0) return secret;
    const ofName = "a name of letters, digits and underscores";
    return [
        ...matches(path, name, /^[A-Za-z_][A-Za-z0-9_]*$/, ofName, "rename the argument"),
        ...matches(
            path,
            value,
            /^(?!~)(?!.*[:=]~)[A-Za-z0-9_./:@=+,%~-]*$/,
            "letters, digits and _./:@=+,%~- (no blanks, quotes or $), as plain text and never a secret",
            "make the value a default of the ARG line in the Dockerfile, or put it into a file of the context",
        ),
    ];
}

function checkDockerfileOf(
    files: readonly ContextFile[],
    buildArgs: Record<string, string>,
    publicFiles: readonly string[],
): Problem[] {
    const dockerfile = files.find(({ path }) => path === "Dockerfile");
    if (dockerfile === undefined) return [];
    const text = dockerfile.bytes.toString("utf8");
    const secrets = publicFiles.includes("Dockerfile") ? [] : checkDockerfileSecrets(text);
    return [...checkDockerfile(text, buildArgs), ...secrets];
}
