import { integerIn, isLate, matches, oneOf, required, type Problem } from "../problems";
import { RegistrySku, type EnclaveImageArgs } from "./args";
import { contextTag, normaliseContext, type ContextFile } from "./context";
import { checkDockerfile, checkDockerfileSecrets } from "./dockerfile";
import { readContext } from "./read-context";
import { checkBuildArgSecret, checkPublicFiles, checkSecrets } from "./secrets";
import { checkTaskSize, taskLimits, taskTemplateVersion, type TaskSpec } from "./task";

/** Default time limit of a build in seconds, ACR's own. */
export const defaultTimeoutSeconds = 3600;

/** Problems of the arguments themselves; the context is looked at by `planImage`. */
export function checkEnclaveImage(args: EnclaveImageArgs): Problem[] {
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
        ...checkBuildArgs(args.buildArgs ?? {}),
        ...integerIn("timeoutSeconds", args.timeoutSeconds, 300, 28_800),
        ...integerIn("maxTaskCharacters", args.maxTaskCharacters, 1, 4_000_000),
    ];
}

/** A problem unless the name is one of a registry; a value that is only known later passes here. */
export function checkRegistryName(path: string, value: unknown): Problem[] {
    if (isLate(value)) return [];
    return matches(
        path,
        value,
        /^[A-Za-z0-9]{5,50}$/,
        "5-50 letters and digits",
        "name the registry alone, without .azurecr.io",
    );
}

/** Either a registry that exists, or settings of a new one. */
export function checkRegistry({
    registryName,
    newRegistry,
}: Pick<EnclaveImageArgs, "registryName" | "newRegistry">): Problem[] {
    const given = checkRegistryName("registryName", registryName);
    if (newRegistry === undefined) return given;
    return [
        ...given,
        ...(registryName === undefined
            ? []
            : [
                  {
                      path: "newRegistry",
                      value: newRegistry,
                      expected: "nothing beside registryName, which names a registry that exists",
                      remedy: "remove one of the two",
                  },
              ]),
        ...checkRegistryName("newRegistry.name", newRegistry.name),
        ...oneOf("newRegistry.sku", newRegistry.sku, RegistrySku),
    ];
}

/** Build arguments stand on a command line that the agent's shell reads: names and values of harmless letters only. */
function checkBuildArgs(buildArgs: Record<string, string>): Problem[] {
    return Object.entries(buildArgs).flatMap(([name, value]) => {
        const secret = typeof value === "string" ? checkBuildArgSecret(name, value) : [];
        return secret.length > 0 ? secret : checkBuildArg(name, value);
    });
}

function checkBuildArg(name: string, value: unknown): Problem[] {
    return [
        ...matches(
            `buildArgs.${name}`,
            name,
            /^[A-Za-z_][A-Za-z0-9_]*$/,
            "a name of letters, digits and underscores",
            "rename the argument",
        ),
        ...matches(
            `buildArgs.${name}`,
            value,
            /^(?!~)(?!.*[:=]~)[A-Za-z0-9_./:@=+,%~-]*$/,
            "letters, digits and _./:@=+,%~- (no blanks, quotes or $), as plain text and never a secret",
            "make the value a default of the ARG line in the Dockerfile, or put it into a file of the context",
        ),
    ];
}

/** An image that can be built: the task, and the tag its inputs give. */
export interface ImagePlan {
    task: TaskSpec;
    problems: Problem[];
}

/** Reads the context and works out tag and task; with problems, where there are any, of everything in them. */
export function planImage(args: EnclaveImageArgs): ImagePlan {
    const read = readContext(args.context);
    const { files, problems } = normaliseContext(read.files);
    const buildArgs = args.buildArgs ?? {};
    const task: TaskSpec = {
        files,
        repository: args.repository,
        tag: contextTag({ files, buildArgs, templateVersion: taskTemplateVersion }),
        buildArgs,
        timeoutSeconds: args.timeoutSeconds ?? defaultTimeoutSeconds,
    };
    if (read.problems.length > 0) return { task, problems: read.problems };
    return {
        task,
        problems: [
            ...problems,
            ...checkPublicFiles(files, args.publicFiles ?? []),
            ...checkSecrets(files, args.publicFiles ?? []),
            ...checkDockerfileOf(files, buildArgs, args.publicFiles ?? []),
            ...checkTaskSize(task, args.maxTaskCharacters ?? taskLimits.encodedTask),
        ],
    };
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
