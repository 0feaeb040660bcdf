import { getTaskRun, TaskRun } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { errorHooks } from "../shared/hooks";
import { knownOr } from "../shared/known";
import { textOf } from "../shared/text-of";
import { unlessMissing } from "../shared/unless-missing";
import { sha256 } from "./context";
import type { RegistryParts } from "./registry";
import type { EnclaveImageSpec } from "./spec";
import { encodedTask, taskYaml, type TaskSpec } from "./task";

/** Where a run is: the arguments of the invoke that looks at it. */
interface RunPlace {
    resourceGroupName: string;
    registryName: string;
    taskRunName: string;
}

/**
 * The run that builds. Its name follows from what it builds, where to, how and `forceRun`: another build is another
 * resource, made before the old one goes (Azure refuses to create under a name that is taken). Deleting a run leaves
 * its image in the registry.
 */
export function buildRun(
    name: string,
    { task, registry: { resourceGroupName }, forceRun }: EnclaveImageSpec,
    registry: RegistryParts,
    child: pulumi.CustomResourceOptions,
): TaskRun {
    // The run ends the operation, not its start, so Pulumi waits as long; the margin is for queueing.
    const minutes = `${Math.ceil(task.timeoutSeconds / 60) + 15}m`;
    const taskRunName = taskRunNameOf(task, forceRun);
    const place = pulumi
        .all([resourceGroupName, registry.name])
        .apply(([group, registryName]) => ({ resourceGroupName: group, registryName, taskRunName }));
    return new TaskRun(
        `${name}-build`,
        {
            resourceGroupName,
            registryName: registry.name,
            taskRunName,
            location: registry.location,
            forceUpdateTag: forceUpdateTag(place, registry.exists, forceRun, child.parent),
            runRequest: {
                type: "EncodedTaskRunRequest",
                encodedTaskContent: encodedTask(taskYaml(task)),
                platform: { os: "Linux", architecture: "amd64" },
                timeout: task.timeoutSeconds,
                agentPoolName: registry.agentPoolName,
            },
        },
        {
            ...child,
            customTimeouts: { create: minutes, update: minutes },
            // Pages of base64 say nothing to a reader; the name changes whenever the content does.
            hideDiffs: ["runRequest"],
            hooks: { onError: errorHooks(name, "build", (failure) => showLog(failure, child.parent)) },
        },
    );
}

/**
 * At most 50 letters, digits and dashes: the repository for readers, the tag, and a hash of what the first two do not
 * tell apart.
 */
export function taskRunNameOf(task: TaskSpec, forceRun?: string): string {
    const readable = task.repository.replace(/[^a-z0-9]+/g, "-").slice(0, 24);
    const rest = sha256(JSON.stringify([task.repository, taskYaml(task), forceRun ?? null]));
    return `${readable}-${task.tag}-${rest.slice(0, 8)}`;
}

/** How a run ends that has no image. */
const failed: readonly unknown[] = ["Failed", "Canceled", "Error", "Timeout"];

/**
 * What makes Azure run a request again that it has run before
 * (https://learn.microsoft.com/rest/api/container-registry-tasks/task-runs/create): after a run that failed, its id. Once
 * there is an image, the tag stays as it is, or the image would be built again.
 */
function forceUpdateTag(
    place: pulumi.Output<RunPlace>,
    registryExists: pulumi.Output<unknown>,
    forceRun: string | undefined,
    parent: pulumi.Resource | undefined,
): pulumi.Output<string | undefined> {
    const tag = pulumi.all([place, registryExists]).apply(async ([known]) => {
        const run = await unlessMissing(getTaskRun(known, { parent }));
        const { status, runId } = resultOf(run);
        if (failed.includes(status)) return `after-${textOf(runId) ?? "failure"}`;
        return textOf(run?.forceUpdateTag) ?? forceRun;
    });
    return knownOr(tag, forceRun);
}

/** What a run reports. The SDK's type promises all of it, even where the service sends nothing. */
interface RunResult {
    runId?: string;
    status?: string;
    outputImages?: { repository?: string; digest?: string }[];
}

function resultOf(run: { runResult?: unknown } | undefined): RunResult {
    return run?.runResult ?? {};
}

/**
 * The digest of what a run has pushed; undefined where Azure names none. A run that failed stops the program: Azure may
 * report the request as done all the same.
 */
export function digestOf(
    runResult: unknown,
    { repository }: TaskSpec,
    taskRunName: string,
    registryName: string,
): string | undefined {
    const result = (runResult ?? {}) as RunResult;
    if (failed.includes(result.status)) throw new Error(failureText(taskRunName, registryName, result));
    return result.outputImages?.find((image) => image.repository === repository)?.digest;
}

/** Shows how to get at the log of a run that failed, which Azure's error does not have. It is not repeated here. */
async function showLog({ newInputs }: pulumi.ErrorHookArgs, parent: pulumi.Resource | undefined): Promise<boolean> {
    // A deletion has no new inputs, and no log.
    if (newInputs === undefined) return false;
    const { resourceGroupName, registryName, taskRunName } = newInputs as RunPlace;
    const run = await getTaskRun({ resourceGroupName, registryName, taskRunName }, { parent }).catch(() => undefined);
    const result = resultOf(run);
    // Refused by Azure, there is no run; its error says why.
    if (!failed.includes(result.status)) return false;
    await pulumi.log.error(failureText(taskRunName, registryName, result));
    return false;
}

function failureText(taskRunName: string, registryName: string, { runId, status }: RunResult): string {
    const log =
        runId === undefined
            ? `az acr taskrun logs --registry ${registryName} --name ${taskRunName}`
            : `az acr task logs --registry ${registryName} --run-id ${runId}`;
    return (
        `the build ${taskRunName} ended with ${status ?? "an error"}: "${log}" shows why. "pulumi up" repeats it. ` +
        'A push that is "denied" or "unauthorized": the registry is closed to the public network, which takes an agent pool, ' +
        'or in the mode "RBAC Registry + ABAC Repository Permissions", in which tasks may not push ' +
        `("az acr show --name ${registryName} --query roleAssignmentMode").`
    );
}
