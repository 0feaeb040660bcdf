import type { Registry, TaskRun } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { knownOr } from "../shared/known";
import { childOptions, waitingFor } from "../shared/options";
import { showWarnings } from "../shared/warnings";
import type { EnclaveImageArgs } from "./args";
import { pullRights, registryOf } from "./registry";
import { enclaveImageOutputs, enclaveImageSpec } from "./spec";
import { buildRun, digestOf, taskRunNameOf } from "./task-run";

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
     * Reference of the image, `<login server>/<repository>:<tag>@<digest>`. A preview that builds does not know the
     * digest and shows the reference without it, as soon as the registry's name is known.
     */
    public readonly image: pulumi.Output<string>;
    /** Its tag: 16 hex digits of a hash of all build inputs. */
    public readonly tag: pulumi.Output<string>;
    /** Digest that the build reported. Unknown in previews that build. */
    public readonly digest: pulumi.Output<string | undefined>;
    /** Name of the registry. */
    public readonly registryName: pulumi.Output<string>;

    constructor(name: string, args: EnclaveImageArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `image "${name}"`;
        const { spec: found, problems, warnings } = enclaveImageSpec(args);
        throwIfAny(subject, problems);
        const { task } = found;
        // The path of the folder differs from machine to machine: in the state it would be a change where there is
        // none.
        super("confidential-aks:index:EnclaveImage", name, { ...args, context: task.tag }, opts);
        showWarnings(warnings, this);
        const child = childOptions(this, opts);
        const of = { subject, under: "" };
        const spec = enclaveImageOutputs(of, found);

        const place = { ...of, component: name, child, aliases: opts?.aliases };
        const registry = registryOf(spec.registry, place);
        const rights = pullRights(name, spec.pullPrincipalId, registry.id, child);
        const run = buildRun(name, spec, registry, waitingFor(child, registry.after));
        behind.keep(this, { taskRun: run, registry: registry.registry });

        this.tag = pulumi.output(task.tag);
        this.registryName = registry.name;
        // A URN is known in every preview, and an output made from it depends on its resource: so the reference stays
        // known and everything that uses it still waits for the build.
        const ready = pulumi.all([run, ...rights].map(({ urn }) => urn));
        this.digest = pulumi
            .all([run.runResult, registry.name])
            .apply(([result, registryName]) =>
                digestOf(result, task, taskRunNameOf(task, spec.forceRun), registryName),
            );
        // Before a build the digest is unknown, and afterwards it changes with a build only.
        const digest = knownOr(this.digest, undefined);
        this.image = pulumi
            .all([registry.loginServer, digest, ready])
            .apply(
                ([server, known]) =>
                    `${server}/${task.repository}:${task.tag}${known === undefined ? "" : `@${known}`}`,
            );
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
