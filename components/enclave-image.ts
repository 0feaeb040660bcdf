import * as pulumi from "@pulumi/pulumi";
import { TaskRun } from "@pulumi/azure-native/containerregistry";
import type { NewRegistryArgs } from "./image/args";
import { sha256 } from "./image/context";
import { givenRegistry, newRegistry, pullRights } from "./image/registry";
import { encodedTask, taskYaml, type TaskSpec } from "./image/task";
import { checkEnclaveImage, planImage } from "./image/validate";
import { childOptions } from "./options";
import { throwIfAny } from "./sgx";

/** Arguments of `EnclaveImage`. */
export interface EnclaveImageArgs {
    /**
     * Folder with a Dockerfile and what it copies; a relative path counts from the working directory. All of it is part of the
     * image's tag, except what its `.dockerignore` names, `.git`, `.DS_Store`, `Thumbs.db` and `desktop.ini`. Line endings of text
     * become LF; files that start with `#!` and ELF programs are executable, others are not. No secrets: the files are readable in Azure
     * and in the stack's state, so private keys, tokens and files of credentials are refused by their form.
     */
    context: string;
    /**
     * Files of the folder that look like a secret and are none, such as the key of a test: their paths below the folder, with "/".
     * They are readable in Azure and in the stack's state. Default none. A change builds nothing.
     */
    publicFiles?: string[];
    /** Repository in the registry, such as `sgx/aesm`. A change builds the image there. */
    repository: string;
    /** Resource group of the registry. A change replaces a registry that was created. */
    resourceGroupName: pulumi.Input<string>;
    /** A registry that exists, or that another EnclaveImage creates. Default: one is created. A change builds the image there. */
    registryName?: pulumi.Input<string>;
    /** Settings of the registry that is created. Only without `registryName`. */
    newRegistry?: NewRegistryArgs;
    /** Region of the registry. Default: the provider's. A change replaces a registry that was created. */
    location?: pulumi.Input<string>;
    /** Tags of a registry that is created. Default none. Changes in place. */
    tags?: Record<string, pulumi.Input<string>>;
    /**
     * Build arguments, each taken by an ARG line. Part of the tag. No secrets: a name or value that looks like one is refused.
     * Default none.
     */
    buildArgs?: Record<string, string>;
    /** Time limit of the build in seconds, 300 to 28800. Default 3600. A change builds again, under the same tag. */
    timeoutSeconds?: number;
    /** Any text; another one builds again under the same tag, for example after a failed build. Default none. */
    forceRun?: string;
    /**
     * Principal id of who pulls, such as a cluster's `kubeletPrincipalId`: gets the roles AcrPull and Container Registry Repository
     * Reader on the registry (the second is what counts on a registry in ABAC mode). Give it to one image of a registry
     * only, since Azure refuses the same assignment twice. Default: no rights are given.
     */
    pullPrincipalId?: pulumi.Input<string>;
    /**
     * Longest encoded task in characters, 1 to 4000000. Default 131072, about 73 kB of files. Microsoft names no limit and nothing
     * longer has been tried on Azure.
     */
    maxTaskCharacters?: number;
}

/**
 * An image built inside Azure, by ACR Tasks, from a folder: no Docker on this machine, no Git repository.
 *
 * Its tag is a hash of everything it is built from, the same on every machine, so it is built again exactly when something changes.
 * The files travel inside the request, which keeps the folder small; let the Dockerfile download the rest, with checksums.
 * Whatever uses `image` waits for the build and the pull rights.
 */
export class EnclaveImage extends pulumi.ComponentResource {
    /**
     * Reference of the image, `<registry>.azurecr.io/<repository>:<tag>`. Known in previews as soon as the registry's name is. It has no
     * digest, which a preview that builds cannot know: who may push to the registry can move the tag. Against that, lock it after the build
     * (`az acr repository update --name <registry> --image <repository>:<tag> --write-enabled false`; a build again under the same tag
     * then fails), or use `digest`.
     */
    public readonly image: pulumi.Output<string>;
    /** Its tag: 16 hex digits of a hash of all build inputs. */
    public readonly tag: pulumi.Output<string>;
    /** Digest that the build reported, for references of the form `<image>@<digest>`. Unknown in previews that build. */
    public readonly digest: pulumi.Output<string | undefined>;
    /** Name of the registry. */
    public readonly registryName: pulumi.Output<string>;

    constructor(name: string, args: EnclaveImageArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `image "${name}"`;
        throwIfAny(subject, checkEnclaveImage(args));
        const { task, problems } = planImage(args);
        throwIfAny(subject, problems);
        // The path of the folder differs from machine to machine: in the state it would be a change where there is none.
        super("confidential-aks:index:EnclaveImage", name, { ...args, context: task.tag }, opts);
        const child = childOptions(this, opts);

        const registry =
            args.registryName === undefined
                ? newRegistry(name, args, child, opts?.aliases)
                : givenRegistry(subject, { ...args, registryName: args.registryName }, this);
        const rights = pullRights(name, args.pullPrincipalId, registry.id, child);
        const run = taskRun(name, args, task, registry.name, child);

        this.tag = pulumi.output(task.tag);
        this.registryName = registry.name;
        // A URN is known in every preview, and an output made from it depends on its resource: so the reference stays known
        // and whoever uses it still waits for the build.
        const ready = pulumi.all([run, ...rights].map(({ urn }) => urn));
        this.image = pulumi
            .all([registry.name, ready])
            // A mock of a unit test may leave a created registry without its name.
            .apply(
                ([registryName = name]: [string | undefined, unknown]) =>
                    `${registryName.toLowerCase()}.azurecr.io/${task.repository}:${task.tag}`,
            );
        this.digest = run.runResult.apply((result: TaskRunResult) => digestOf(result, task.repository));
        this.registerOutputs({
            image: this.image,
            tag: this.tag,
            digest: this.digest,
            registryName: this.registryName,
        });
    }
}

/** What a run reports; the SDK's type promises it even where the service sends nothing. */
type TaskRunResult = { outputImages?: { repository?: string; digest?: string }[] } | undefined;

function digestOf(result: TaskRunResult, repository: string): string | undefined {
    return result?.outputImages?.find((image) => image.repository === repository)?.digest;
}

/**
 * The run that builds. Its name follows from what it builds, where to and `forceRun`: another build is another resource, made
 * before the old one goes (Azure refuses to create under a name that is taken). Deleting a run leaves its image in the registry.
 */
function taskRun(
    name: string,
    args: EnclaveImageArgs,
    task: TaskSpec,
    registryName: pulumi.Output<string>,
    child: pulumi.CustomResourceOptions,
): TaskRun {
    // The run ends the operation, not its start, so Pulumi waits as long; the margin is for queueing.
    const minutes = `${Math.ceil(task.timeoutSeconds / 60) + 15}m`;
    return new TaskRun(
        `${name}-build`,
        {
            resourceGroupName: args.resourceGroupName,
            registryName,
            taskRunName: taskRunName(task, args.forceRun),
            ...(args.location === undefined ? {} : { location: args.location }),
            ...(args.forceRun === undefined ? {} : { forceUpdateTag: args.forceRun }),
            runRequest: {
                type: "EncodedTaskRunRequest",
                encodedTaskContent: encodedTask(taskYaml(task)),
                platform: { os: "Linux", architecture: "amd64" },
                timeout: task.timeoutSeconds,
            },
        },
        {
            ...child,
            customTimeouts: { create: minutes, update: minutes },
            // Pages of base64 say nothing to a reader; the name changes whenever the content does.
            hideDiffs: ["runRequest"],
        },
    );
}

/** At most 50 letters, digits and dashes: the repository for readers, the tag, and a hash of what the first two do not tell apart. */
export function taskRunName(task: { repository: string; tag: string }, forceRun?: string): string {
    const readable = task.repository.replace(/[^a-z0-9]+/g, "-").slice(0, 24);
    return `${readable}-${task.tag}-${sha256(JSON.stringify([task.repository, forceRun ?? null])).slice(0, 8)}`;
}
