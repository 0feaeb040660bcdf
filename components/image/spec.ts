import type * as pulumi from "@pulumi/pulumi";
import { checkedShapes, integerIn, invalid, matches, required, when, type Checked, type Problem } from "../problems";
import { checkPrincipalId, checkRegion, checkTags, requiredResourceGroup } from "../shared/check-place";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedTags } from "../shared/checked-place";
import type {
    AgentTier,
    EnclaveImageArgs,
    RegistryAgentPoolArgs,
    RegistryPrivateEndpointArgs,
    RegistrySku,
} from "./args";
import { checkRegistry } from "./check-registry";
import { contextTag, normaliseContext, type ContextFile } from "./context";
import { enclaveImageDefaults as defaults, registryAgentPoolDefaults as agents } from "./defaults";
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
    /** Undefined: Azure is asked for it. */
    loginServer: pulumi.Input<string> | undefined;
    /** Agents of a registry that exists; undefined for those that all registries share. */
    agentPoolName: pulumi.Input<string> | undefined;
    /** Agents of a new registry; undefined for those that all registries share. */
    agentPool: AgentPoolSpec | undefined;
    /** Undefined: the registry is public. */
    privateEndpoint: RegistryPrivateEndpointArgs | undefined;
    /** Undefined: manifests without a tag are kept. */
    retentionDays: number | undefined;
    /** Undefined: the provider's. */
    location: pulumi.Input<string> | undefined;
    tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** Agents that run the tasks of one registry alone. */
interface AgentPoolSpec {
    name: string;
    tier: AgentTier;
    count: number;
    /** Undefined: a network of Azure's. */
    subnetId: pulumi.Input<string> | undefined;
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
    return checkedShapes(args, { groups: ["buildArgs", "newRegistry"], lists: [] }, specOf);
}

function specOf(args: EnclaveImageArgs): Checked<EnclaveImageSpec> {
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

/** The same spec, whose outputs are checked as soon as their values are known; the registry has its own check. */
export function enclaveImageOutputs(of: Subject, spec: EnclaveImageSpec): EnclaveImageSpec {
    const { registry, pullPrincipalId } = spec;
    return {
        ...spec,
        registry: {
            ...registry,
            resourceGroupName: checkedValue(of, "resourceGroupName", registry.resourceGroupName, checkKnownGroup),
            location: checkedValue(of, "location", registry.location, checkRegion),
            tags: checkedTags(of, "tags", registry.tags),
        },
        pullPrincipalId: checkedValue(of, "pullPrincipalId", pullPrincipalId, checkPrincipalId),
    };
}

function checkGroup(path: string, value: unknown): Problem[] {
    return requiredResourceGroup(path, value, "the resource group of the registry");
}

/** The same for an output. A mock of a unit test may leave it without a value. */
function checkKnownGroup(path: string, value: unknown): Problem[] {
    return value === undefined ? [] : checkGroup(path, value);
}

/** What decides on a registry. */
type RegistryArgs = Pick<
    EnclaveImageArgs,
    "resourceGroupName" | "registryName" | "newRegistry" | "loginServer" | "agentPoolName" | "location" | "tags"
>;

/** The registry of arguments that have one. */
export function registrySpec(args: RegistryArgs): RegistrySpec {
    const { newRegistry = {} } = args;
    const { agentPool } = newRegistry;
    return {
        resourceGroupName: args.resourceGroupName,
        existingName: args.registryName,
        newName: newRegistry.name,
        sku: newRegistry.sku ?? defaults.registrySku,
        loginServer: args.loginServer,
        agentPoolName: args.agentPoolName,
        agentPool: agentPool === undefined ? undefined : agentPoolSpec(agentPool),
        privateEndpoint: newRegistry.privateEndpoint,
        retentionDays: newRegistry.retentionDays,
        location: args.location,
        tags: args.tags,
    };
}

function agentPoolSpec({ name, tier, count, subnetId }: RegistryAgentPoolArgs): AgentPoolSpec {
    return {
        name: name ?? agents.name,
        tier: tier ?? agents.tier,
        count: count ?? agents.count,
        subnetId,
    };
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
        ...checkGroup("resourceGroupName", args.resourceGroupName),
        ...checkRegistry(args),
        ...checkRegion("location", args.location),
        ...checkTags("tags", args.tags),
        ...checkPrincipalId("pullPrincipalId", args.pullPrincipalId),
        ...Object.entries(args.buildArgs ?? {}).flatMap(([name, value]) => checkBuildArg(name, value)),
        ...when(
            args.publicFiles !== undefined && !Array.isArray(args.publicFiles),
            invalid("publicFiles", args.publicFiles, "a list of paths below the folder", "write it as a list"),
        ),
        ...checkBuild(args),
    ];
}

/** How a build is run. */
export function checkBuild(
    args: Pick<EnclaveImageArgs, "timeoutSeconds" | "maxTaskCharacters" | "forceRun">,
): Problem[] {
    return [
        ...integerIn("timeoutSeconds", args.timeoutSeconds, 300, 28_800),
        ...integerIn("maxTaskCharacters", args.maxTaskCharacters, 1, 4_000_000),
        ...matches("forceRun", args.forceRun, /^[^]*$/, "text", "write it in quotes"),
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
