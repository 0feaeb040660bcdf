import * as pulumi from "@pulumi/pulumi";
import { partsOf } from "./outputs";

/**
 * The options as the engine sent them, with what the arguments depend on, and with a `deletedWith` that names a
 * component. The SDK takes it for a reference to a provider, `urn::id`, and cuts off the last part of the URN.
 */
export async function resourceOptions(
    options: pulumi.ComponentResourceOptions,
    dependencies: readonly pulumi.Resource[],
): Promise<pulumi.ComponentResourceOptions> {
    const { dependsOn, deletedWith } = options;
    return {
        ...options,
        dependsOn: [...((dependsOn ?? []) as pulumi.Resource[]), ...dependencies],
        ...(deletedWith === undefined ? {} : { deletedWith: await withWholeUrn(deletedWith) }),
    };
}

/** The resource that the engine named. */
async function withWholeUrn(resource: pulumi.Resource): Promise<pulumi.Resource> {
    if (!pulumi.ProviderResource.isInstance(resource)) return resource;
    const [urn, id] = await Promise.all([resource.urn, resource.id].map((output) => partsOf(output).promise()));
    return new pulumi.DependencyResource(`${String(urn)}::${String(id)}`);
}
