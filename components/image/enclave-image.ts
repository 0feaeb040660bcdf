import { TaskRun, type Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { childOptions } from "../shared/options";
import { showWarnings } from "../shared/warnings";
import type { EnclaveImageArgs } from "./args";
import { sha256 } from "./context";
import { pullRights, registryOf } from "./registry";
import { enclaveImageSpec, type EnclaveImageSpec } from "./spec";
import { encodedTask, taskYaml } from "./task";

const behind = new Behind<{ taskRun: TaskRun; registry: Registry | undefined }>();

/**
 * An image built inside Azure, by ACR Tasks, from a folder: no Docker on this machine, no Git repository.
 *
 * Its tag is a hash of everything it is built from, the same on every machine, so it is built again exactly when
 * something changes. The files travel inside the request, which keeps the folder small; let the Dockerfile download the
 * rest, with checksums. Whatever uses `image` waits for the build and the pull rights.
 *
 * @example
 * ```ts
 * import { EnclaveImage } from "confidential-aks";
 *
 * const report = new EnclaveImage("report", {
 *     context: "./report", // a folder with a Dockerfile
 *     repository: "apps/report",
 *     resourceGroupName: "team-b",
 *     registryName: "teambimages",
 * });
 * export const image = report.image;
 * ```
 */
export class EnclaveImage extends pulumi.ComponentResource {
    /**
     * Reference of the image, `<registry>.azurecr.io/<repository>:<tag>`. Known in previews as soon as the registry's
     * name is. It has no digest, which a preview that builds cannot know: who may push to the registry can move the
     * tag. Against that, lock it after the build (`az acr repository update --name <registry> --image
     * <repository>:<tag> --write-enabled false`; a build again under the same tag then fails), or use `digest`.
     */
    public readonly image: pulumi.Output<string>;
    /** Its tag: 16 hex digits of a hash of all build inputs. */
    public readonly tag: pulumi.Output<string>;
    /**
     * Digest that the build reported, for references of the form `<image>@<digest>`. Unknown in previews that build.
     */
    public readonly digest: pulumi.Output<string | undefined>;
    /** Name of the registry. */
    public readonly registryName: pulumi.Output<string>;

    constructor(name: string, args: EnclaveImageArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `image "${name}"`;
        const { spec, problems, warnings } = enclaveImageSpec(args);
        throwIfAny(subject, problems);
        const { task } = spec;
        // The path of the folder differs from machine to machine: in the state it would be a change where there is
        // none.
        super("confidential-aks:index:EnclaveImage", name, { ...args, context: task.tag }, opts);
        showWarnings(warnings, this);
        const child = childOptions(this, opts);

        const place = { subject, component: name, child, aliases: opts?.aliases };
        const registry = registryOf(spec.registry, place);
        const rights = pullRights(name, spec.pullPrincipalId, registry.id, child);
        const run = taskRun(name, spec, registry.name, child);
        behind.keep(this, { taskRun: run, registry: registry.registry });

        this.tag = pulumi.output(task.tag);
        this.registryName = registry.name;
        // A URN is known in every preview, and an output made from it depends on its resource: so the reference stays
        // known and everything that uses it still waits for the build.
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

    /** The run that builds the image. */
    get taskRun(): TaskRun {
        return behind.of(this).taskRun;
    }

    /** The registry that was created; undefined where one exists already. */
    get registry(): Registry | undefined {
        return behind.of(this).registry;
    }
}

/** What a run reports; the SDK's type promises it even where the service sends nothing. */
type TaskRunResult = { outputImages?: { repository?: string; digest?: string }[] } | undefined;

function digestOf(result: TaskRunResult, repository: string): string | undefined {
    return result?.outputImages?.find((image) => image.repository === repository)?.digest;
}

/**
 * The run that builds. Its name follows from what it builds, where to and `forceRun`: another build is another
 * resource, made before the old one goes (Azure refuses to create under a name that is taken). Deleting a run leaves
 * its image in the registry.
 */
function taskRun(
    name: string,
    { task, registry, forceRun }: EnclaveImageSpec,
    registryName: pulumi.Output<string>,
    child: pulumi.CustomResourceOptions,
): TaskRun {
    // The run ends the operation, not its start, so Pulumi waits as long; the margin is for queueing.
    const minutes = `${Math.ceil(task.timeoutSeconds / 60) + 15}m`;
    return new TaskRun(
        `${name}-build`,
        {
            resourceGroupName: registry.resourceGroupName,
            registryName,
            taskRunName: taskRunName(task, forceRun),
            location: registry.location,
            forceUpdateTag: forceRun,
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

/**
 * At most 50 letters, digits and dashes: the repository for readers, the tag, and a hash of what the first two do not
 * tell apart.
 */
export function taskRunName(task: { repository: string; tag: string }, forceRun?: string): string {
    const readable = task.repository.replace(/[^a-z0-9]+/g, "-").slice(0, 24);
    return `${readable}-${task.tag}-${sha256(JSON.stringify([task.repository, forceRun ?? null])).slice(0, 8)}`;
}
